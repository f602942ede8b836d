/** Units as people write them; the API's spelling is plain ASCII. */

const SIGNS: [RegExp, string][] = [
  [/\bCO2e\[(AR\d)\]/g, 'CO₂e ($1)'],
  [/CO2/g, 'CO₂'],
  [/CH4/g, 'CH₄'],
  [/N2O/g, 'N₂O'],
  [/m3(?!\d)/g, 'm³'],
  [/m2(?!\d)/g, 'm²'],
  [/10\^4 ?/g, '10⁴ '],
  [/10\^8 ?/g, '10⁸ '],
  [/(\d)\*(?=\w)/g, '$1·'],
];
const CHINESE: [RegExp, string][] = [
  ...SIGNS,
  [/@current/g, '(现价)'],
];
const ENGLISH: [RegExp, string][] = [
  ...SIGNS,
  [/百万/g, '10⁶ '],
  [/亿/g, '10⁸ '],
  [/万/g, '10⁴ '],
  [/千/g, '10³ '],
  [/元/g, 'yuan'],
  [/(?<=\/)人/g, 'person'],
  [/人/g, 'persons'],
  [/家/g, 'firms'],
  [/个百分点/g, 'percentage points'],
  [/@current/g, ' (current prices)'],
];

function chinese(): boolean {
  return typeof document !== 'undefined' && document.documentElement.lang.startsWith('zh');
}

/** `万t CO2` → `万t CO₂` (in English `10⁴ t CO₂`), `kg/m3` → `kg/m³`; the unit 1 is not written. */
export function unitText(unit: string, zh = chinese()): string {
  if (unit === '1') return '';
  return (zh ? CHINESE : ENGLISH).reduce((text, [sign, wanted]) => text.replace(sign, wanted), unit);
}
