/** What the server put into the page: who is asking, in which language. Read once, when the page starts. */
import type { SessionBody } from '../client';

export type Language = 'zh' | 'en';

interface Boot {
  session: SessionBody;
  language: Language;
  version: string;
}

const element = document.getElementById('boot');
export const boot = JSON.parse(element?.textContent ?? '{}') as Boot;
export const language: Language = boot.language;

/** The nonce that style elements made by scripts must carry. */
export const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
