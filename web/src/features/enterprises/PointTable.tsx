import type { SeriesPoint } from '../../client';
import { Scroll } from '../../components/Scroll';
import { codeWord, kindWords } from '../../components/figureWords';
import { grouped } from '../../lib/decimal';
import { unitText } from '../../lib/unit';
import { civil } from './time';
import { t } from './words';

/** The table twin of a series chart, newest first; holes are rows too. */
export function PointTable({ points, unit, zone, label, seconds = false }: { points: readonly SeriesPoint[]; unit: string; zone: string; label: string; seconds?: boolean }) {
  return (
    <details className="twin">
      <summary>{t('table_twin')}</summary>
      <Scroll label={label} className="twin-scroll" role="region">
        <table className="plain">
          <caption className="visually-hidden">{label}</caption>
          <thead>
            <tr>
              <th scope="col">{t('when')}</th>
              <th scope="col" className="number">
                {t('amount')} ({unitText(unit)})
              </th>
              <th scope="col">{t('state')}</th>
              <th scope="col">{t('kinds')}</th>
            </tr>
          </thead>
          <tbody>
            {[...points].reverse().map((one) => (
              <tr key={one.start}>
                <td>{civil(one.start, zone, seconds)}</td>
                <td className="number">{one.value === null ? '—' : grouped(one.value)}</td>
                <td>
                  {codeWord('state', one.state)}
                  {one.value === null && one.partial !== null && ` · ${t('known_part')} ${grouped(one.partial)}`}
                </td>
                <td>{kindWords(one.kinds)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </details>
  );
}
