/** What the server put into the page: who is asking, in which language. Read once, when the page starts. */
import type { SessionBody } from '../client';

export type Language = 'zh' | 'en';

interface Boot {
  session: SessionBody;
  language: Language;
  version: string;
  /** Whether the city's history was still being loaded when the page was made. */
  loading: boolean;
  /** Whose ledger this is; `synthetic` where it is a demo log. `today` is the civil day of the city. */
  ledger: { origin: string; synthetic: boolean; today: string; zone: string; city_zh: string; city_en: string };
}

const element = document.getElementById('boot');
export const boot = JSON.parse(element?.textContent ?? '{}') as Boot;
export const language: Language = boot.language;

/** The nonce that style elements made by scripts must carry. */
export const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
