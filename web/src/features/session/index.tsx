import { Link, useSearchParams } from 'react-router';

import { language } from '../../app/boot';
import { FEATURES, mayOpen } from '../../app/features';
import { useSession } from '../../app/session';
import enSession from '../../i18n/en/session';
import enShell from '../../i18n/en/shell';
import zhSession from '../../i18n/zh-CN/session';
import zhShell from '../../i18n/zh-CN/shell';
import { either, words } from '../../lib/language';
import { keeping } from '../../lib/moment';
import { civilTime } from '../../lib/time';

const t = words(zhSession, enSession);
const shell = words(zhShell, enShell);

/** Who is signed in, until when, and the ways out: plain forms, which the server answers. */
export default function Session() {
  const session = useSession();
  const [params] = useSearchParams();
  if (!session.signed_in)
    return (
      <>
        <h1>{t('title')}</h1>
        <p className="note">{t('nobody')}</p>
      </>
    );
  const open = FEATURES.filter((one) => !one.hidden && one.path !== '' && mayOpen(one, session.features));
  const over = either(session.subject_zh, session.subject_en);
  const scope = over !== '' ? over : session.orgs === null ? t('whole_city') : t('public_only');
  return (
    <>
      <h1>{t('title')}</h1>
      <section className="card">
        <table className="plain">
          <tbody>
            <Row name={t('who')} value={either(session.role_zh, session.role_en)} />
            <Row name={t('label')} value={session.label} />
            <Row name={t('scope')} value={scope} />
            {session.fresh_until !== null && <Row name={t('fresh_until')} value={freshness(session.fresh_until)} />}
            {session.ends !== null && <Row name={t('ends')} value={civilTime(session.ends)} />}
            <Row name={t('features')} value={open.map((one) => shell(one.word)).join(language === 'zh' ? '、' : ', ')} />
          </tbody>
        </table>
        <p>
          <Link to={`/personal${keeping(params)}`}>{shell('nav.personal')}</Link>
        </p>
        <form method="post" action={`/${language}/sign-out`}>
          <input type="hidden" name="form_token" value={session.form_token ?? ''} />
          <p>
            <button type="submit" className="button button-primary">
              {t('sign_out')}
            </button>{' '}
            <button type="submit" className="button" name="everywhere" value="1">
              {t('sign_out_everywhere')}
            </button>
          </p>
          <p className="muted">{t('everywhere_what')}</p>
        </form>
      </section>
    </>
  );
}

function freshness(until: string): string {
  return new Date(until).getTime() > Date.now() ? civilTime(until) : t('fresh_over');
}

function Row({ name, value }: { name: string; value: string }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{value}</td>
    </tr>
  );
}
