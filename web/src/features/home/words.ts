import en from '../../i18n/en/home';
import zh from '../../i18n/zh-CN/home';
import { words } from '../../lib/language';

export const t = words(zh, en);
