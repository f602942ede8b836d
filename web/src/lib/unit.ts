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
  [/个百分点/g, chinese() ? '个百分点' : 'percentage points'],
  [/@current/g, chinese() ? '(现价)' : ' (current prices)'],
];

function chinese(): boolean {
  return typeof document !== 'undefined' && document.documentElement.lang.startsWith('zh');
}

/** `万t CO2` → `万t CO₂`, `kg/m3` → `kg/m³`; the unit 1 is not written. */
export function unitText(unit: string): string {
  if (unit === '1') return '';
  return SIGNS.reduce((text, [sign, wanted]) => text.replace(sign, wanted), unit);
}
