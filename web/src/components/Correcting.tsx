import type { FindingBody } from '../client';
import en from '../i18n/en/desk';
import zh from '../i18n/zh-CN/desk';
import { grouped } from '../lib/decimal';
import { either, words } from '../lib/language';
import { unitText } from '../lib/unit';

const t = words(zh, en);

/** How far a correction goes from what stands, as the server worked it out; nothing where there is no number on a side. */
export function Size({ change, percent, unit }: { change: string | null; percent: string | null; unit: string }) {
  if (change === null) return null;
  const signed = (text: string) => (text.startsWith('-') ? grouped(text) : `+${grouped(text)}`);
  return (
    <>
      {signed(change)} {unitText(unit)}
      {percent !== null && ` (${signed(percent)} %)`}
    </>
  );
}

/** What is unlikely of a value, said to who asks and to who confirms. */
export function Doubts({ doubts }: { doubts: FindingBody[] }) {
  if (doubts.length === 0) return null;
  return (
    <section className="note note-bad" role="note">
      <p>
        <strong>{t('doubts')}</strong>
      </p>
      <ul>
        {doubts.map((one) => (
          <li key={`${one.code} ${one.zh}`}>{either(one.zh, one.en)}</li>
        ))}
      </ul>
    </section>
  );
}
