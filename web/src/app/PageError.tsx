import { Link, useRouteError } from 'react-router';

import zh from '../i18n/zh-CN/shell';
import en from '../i18n/en/shell';
import { words } from '../lib/language';

const t = words(zh, en);

/** A page that does not exist, inside the frame. */
export function Missing() {
  return (
    <section className="note" role="alert">
      <h1>{t('not_found')}</h1>
      <p>{t('not_found_what')}</p>
      <Link className="button" to="/">
        {t('home')}
      </Link>
    </section>
  );
}

/** A page that failed while it was drawn, or whose files are gone because a newer version was installed. */
export function PageError() {
  const error = useRouteError();
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
