import en from '../i18n/en/verification';
import zh, { type VerificationWord } from '../i18n/zh-CN/verification';
import { words } from '../lib/language';

/** The words of findings and holds. */
export const t = words(zh, en);

/** The word for a step, state or kind that the API names. */
export const word = (key: string): string => t(key as VerificationWord);

/** Words shorter than this the API refuses. */
export const LEAST = 3;
