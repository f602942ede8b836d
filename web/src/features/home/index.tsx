import { Link, useSearchParams } from 'react-router';

import { FEATURES } from '../../app/features';
import { useSession } from '../../app/session';
import zh from '../../i18n/zh-CN/shell';
import en from '../../i18n/en/shell';
import { either, words } from '../../lib/language';
import { keeping } from '../../lib/moment';

const t = words(zh, en);

/** Where a role begins. */
export default function Home() {
  const session = useSession();
  const [params] = useSearchParams();
  const open = FEATURES.filter((one) => !one.hidden && one.path !== '' && session.features.includes(one.path));
  return (
    <>
      <h1>{session.signed_in ? either(session.role_zh, session.role_en) : t('public')}</h1>
      <ul className="grid" role="list">
        {open.map((one) => (
          <li key={one.path} className="card">
            <Link to={`/${one.path}${keeping(params)}`}>{t(one.word)}</Link>
          </li>
        ))}
      </ul>
    </>
  );
}
