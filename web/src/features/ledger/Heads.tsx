import type { HeadBody } from '../../client';
import { Scroll } from '../../components/Scroll';
import { clock, t } from './naming';

/** Signed heads: what fixes the ledger up to a size, with both of its checks in words. */
export function Heads({ heads }: { heads: HeadBody[] }) {
  return (
    <section className="card ledger-heads">
      <h2>{t('heads')}</h2>
      <Scroll label={t('heads')}>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col" className="number">
                {t('size')}
              </th>
              <th scope="col">{t('signed')}</th>
              <th scope="col">{t('signature')}</th>
              <th scope="col">{t('root')}</th>
            </tr>
          </thead>
          <tbody>
            {heads.map((one) => (
              <tr key={one.size}>
                <td className="number">{one.size}</td>
                <td className="nowrap">{clock(one.signed)}</td>
                <td>
                  <Verdict good={one.signature} yes={t('signature.yes')} no={t('signature.no')} />
                </td>
                <td>
                  <span className="mono" title={one.root}>
                    {one.root.slice(0, 16)}…
                  </span>{' '}
                  <Verdict good={one.root_matches} yes={t('root.yes')} no={t('root.no')} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {heads[0] !== undefined && (
        <>
          <h3>{t('note')}</h3>
          <pre className="ledger-note" tabIndex={0}>
            {heads[0].note}
          </pre>
          <p className="muted">{t('note_what')}</p>
        </>
      )}
    </section>
  );
}

/** A verdict by sign, word and colour. */
export function Verdict({ good, yes, no }: { good: boolean; yes: string; no: string }) {
  return (
    <span className={good ? 'verdict verdict-good' : 'verdict verdict-bad'}>
      <span aria-hidden="true">{good ? '✓' : '✗'}</span> {good ? yes : no}
    </span>
  );
}
