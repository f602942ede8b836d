import { Component, type ReactNode } from 'react';
import { Link, useLocation, useSearchParams } from 'react-router';

import zh from '../i18n/zh-CN/shell';
import en from '../i18n/en/shell';
import { words } from '../lib/language';
import { keeping } from '../lib/moment';
import { useSession } from './session';

const t = words(zh, en);

/** A page that does not exist, inside the frame. */
export function Missing() {
  const [params] = useSearchParams();
  return (
    <section className="note" role="alert">
      <h1>{t('not_found')}</h1>
      <p>{t('not_found_what')}</p>
      <Link className="button" to={`/${keeping(params)}`}>
        {t('home')}
      </Link>
    </section>
  );
}

/** A page that is there, but not for this reader. */
export function Closed() {
  const [params] = useSearchParams();
  const { signed_in } = useSession();
  return (
    <section className="note" role="alert">
      <h1>{t(signed_in ? 'closed' : 'closed_signed_out')}</h1>
      <p>{t(signed_in ? 'closed_what' : 'closed_signed_out_what')}</p>
      <Link className="button" to={`/${keeping(params)}`}>
        {t('home')}
      </Link>
    </section>
  );
}

/** Keeps a page that fails from taking the rest along; another address gets another try. */
export function PageGuard({ children }: { children: ReactNode }) {
  return <Guard address={useLocation().pathname}>{children}</Guard>;
}

interface Guarded {
  address: string;
  children: ReactNode;
}

class Guard extends Component<Guarded, { failed: boolean; error: unknown }> {
  override state = { failed: false, error: undefined as unknown };

  static getDerivedStateFromError(error: unknown) {
    return { failed: true, error };
  }

  override componentDidUpdate(before: Guarded) {
    if (this.state.failed && before.address !== this.props.address) this.setState({ failed: false, error: undefined });
  }

  override render() {
    return this.state.failed ? <PageError error={this.state.error} /> : this.props.children;
  }
}

/** A page that failed while it was drawn, or whose files are gone because a newer version was installed. */
function PageError({ error }: { error: unknown }) {
  const text = error instanceof Error ? error.message : String(error);
  const gone = /dynamically imported module|module script|preload/i.test(text);
  return (
    <section className="note note-bad" role="alert">
      <h1>{t(gone ? 'updated' : 'broken')}</h1>
      {!gone && (
        <>
          <p>{t('broken_what')}</p>
          <pre>{text}</pre>
        </>
      )}
      <button type="button" className="button" onClick={() => window.location.reload()}>
        {t('reload')}
      </button>
    </section>
  );
}
