import type { Drawer, Since as Story } from '../../client';
import { Change } from '../../components/Change';
import { Figure } from '../../components/Figure';
import { Scroll } from '../../components/Scroll';
import { codeWord } from '../../components/figureWords';
import { grouped, signOf } from '../../lib/decimal';
import { changeWord, clock, said, t, valueText } from './naming';

/** 首次发布 against 现在: every publication, the figure as now known, and the parts of the difference. */
export function Since({ drawer, since }: { drawer: Drawer; since: Story }) {
  const moved = since.change !== null && signOf(since.change) !== 0;
  return (
    <section>
      <h3>{t('since')}</h3>
      <Scroll label={t('since')}>
        <table className="plain">
          <tbody>
            {since.history.map((one, at) => (
              <tr key={one.receipt}>
                <th scope="row">
                  {t(at === 0 ? 'first' : 'again')} <span className="mark">{codeWord('stage', one.stage)}</span>
                </th>
                <td>
                  {clock(one.recorded)}
                  <br />
                  <code>{one.receipt}</code>
                </td>
                <td className="number">
                  <Figure amount={one.amount} quiet still={one.receipt === drawer.receipt} />
                </td>
              </tr>
            ))}
            {since.now !== null && (
              <tr>
                <th scope="row">{t('now')}</th>
                <td>
                  {since.change !== null &&
                    (moved ? <Change value={since.change} unit={drawer.amount.unit} base={drawer.receipt ?? t('first')} good="neither" /> : t('unchanged'))}
                </td>
                <td className="number">
                  <Figure amount={since.now} quiet />
                </td>
              </tr>
            )}
          </tbody>
        </table>
      </Scroll>
      {moved && <Why drawer={drawer} since={since} />}
    </section>
  );
}

function Why({ drawer, since }: { drawer: Drawer; since: Story }) {
  return (
    <>
      <h4>{t('why')}</h4>
      {since.basis === 'known' && <p className="muted">{t('why_known')}</p>}
      <Scroll label={t('why')}>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t('part')}</th>
              <th scope="col" className="number">
                {t('before')}
              </th>
              <th scope="col" className="number">
                {t('after')}
              </th>
              <th scope="col" className="number">
                {t('added')} {drawer.amount.unit}
              </th>
            </tr>
          </thead>
          <tbody>
            {since.parts.map((one, at) => (
              <tr key={at}>
                <td>
                  <span className="mark">{changeWord(one.kind)}</span> {said(one.what)} <code>{one.symbol}</code>
                </td>
                <td className="number">{valueText(one.before)}</td>
                <td className="number">{valueText(one.after)}</td>
                <td className="number">{plus(one.added)}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row" colSpan={3}>
                {t('sum')}
              </th>
              <td className="number">{plus(since.change ?? '0')}</td>
            </tr>
          </tfoot>
        </table>
      </Scroll>
    </>
  );
}

function plus(text: string): string {
  return signOf(text) > 0 ? `+${grouped(text)}` : grouped(text);
}
