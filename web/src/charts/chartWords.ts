/** Words inside charts, the same on every page. */
import zh from '../i18n/zh-CN/chart';
import en from '../i18n/en/chart';
import { words } from '../lib/language';

export const chartWord = words(zh, en);
