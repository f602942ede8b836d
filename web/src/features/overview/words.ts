import zh from '../../i18n/zh-CN/overview';
import en from '../../i18n/en/overview';
import { words } from '../../lib/language';

export const t = words(zh, en);
