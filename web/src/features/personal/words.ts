import en from '../../i18n/en/personal';
import zh from '../../i18n/zh-CN/personal';
import { words } from '../../lib/language';

export const t = words(zh, en);

export const FIELDS = ['name', 'position', 'phone', 'email', 'certificate'] as const;
export const BASES = ['pipl-47-1', 'pipl-47-2', 'pipl-47-3', 'pipl-47-4', 'pipl-47-5'] as const;
export type Basis = (typeof BASES)[number];
