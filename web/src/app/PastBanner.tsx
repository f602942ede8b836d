import { useLocation, useSearchParams } from 'react-router';

import zh from '../i18n/zh-CN/shell';
import en from '../i18n/en/shell';
import { words } from '../lib/language';
import { askedMoment } from '../lib/moment';
import { boot } from './boot';
import { presentOnly } from './features';
import { useSession } from './session';

const t = words(zh, en);

/** Says from when the page is, where that is not now as the reader may think; and the way back. */
export function PastBanner() {
  const [params, setParams] = useSearchParams();
  const { pathname } = useLocation();
  const { features } = useSession();
  const asked = askedMoment(params, boot.ledger.today);
  if (asked === null) return null;
  const back = () => {
    const next = new URLSearchParams(params);
    next.delete('as_of');
    next.delete('known_on');
    setParams(next);
  };
  const said = asked.size ? t('known_size', { size: asked.said }) : asked.said;
  const present = asked.kind === 'past' && presentOnly(pathname.split('/')[1] ?? '', features);
  return (
    <div className="past" role="status">
      {asked.kind === 'past' && !present ? (
        <>
          <strong>{t('past')}</strong>
          <span>{said}</span>
        </>
      ) : (
        <strong>{present ? t('past_present', { moment: said }) : t(asked.kind === 'wrong' ? 'past_wrong' : 'past_future', { moment: said })}</strong>
      )}
      <button type="button" className="button button-small" onClick={back}>
        {t('back_to_now')}
      </button>
    </div>
  );
}
