/** The parts of the workspace: each a folder of its own, loaded when it is opened. */
import type { FetchQueryOptions } from '@tanstack/react-query';
import type { ComponentType } from 'react';

import type { ShellWord } from '../i18n/zh-CN/shell';

/** A part's page, and what it asks the server for as soon as it opens at an address with these parameters. */
export interface Part {
  default: ComponentType;
  asks?: (params: URLSearchParams) => readonly FetchQueryOptions[];
}

export interface Feature {
  /** First part of the address, and the feature's name in the policy. */
  path: string;
  word: ShellWord;
  icon: string;
  load: () => Promise<Part>;
  /** Names in the policy any of which opens it; the path where there are none. */
  needs?: readonly string[];
  /** Not in the navigation: reached from elsewhere. */
  hidden?: boolean;
  /** Shows the present, whatever day is chosen. */
  present?: boolean;
  /** Without the frame of header and navigation. */
  bare?: boolean;
}

const found = import.meta.glob<Part>('../features/*/index.tsx');

function feature(path: string, word: ShellWord, icon: string, more: Partial<Feature> = {}, folder = path): Feature[] {
  const load = found[`../features/${folder}/index.tsx`];
  return load === undefined ? [] : [{ path, word, icon, load, ...more }];
}

/** In the order of the navigation. */
export const FEATURES: readonly Feature[] = [
  ...feature('', 'nav.home', 'M3 11 12 4l9 7v9h-6v-6H9v6H3z', {}, 'home'),
  ...feature('overview', 'nav.overview', 'M3 20h18M6 16v-5m6 5V6m6 10v-8'),
  ...feature('enterprises', 'nav.enterprises', 'M4 20V9l5 3V9l5 3V5h6v15z'),
  ...feature('explore', 'nav.explore', 'M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zm5 11.5L21 21'),
  ...feature('imports', 'nav.imports', 'M12 16V4m0 0L7 9m5-5 5 5M4 16v4h16v-4', { present: true }),
  ...feature('publish', 'nav.publish', 'M5 4h10l4 4v12H5zm4 9 2 2 4-4'),
  ...feature('corrections', 'nav.corrections', 'M4 20l1-5L16 4l4 4L9 19zM14 6l4 4'),
  ...feature('notices', 'nav.notices', 'M6 17V11a6 6 0 1 1 12 0v6l2 2H4zm4 3h4'),
  ...feature('methods', 'nav.methods', 'M6 4h9l3 3v13H6zM9 11h6M9 15h6'),
  ...feature('ledger', 'nav.ledger', 'M8 4h8v5H8zM4 15h6v5H4zm10 0h6v5h-6zM12 9v3m-5 3v-3h10v3'),
  ...feature('screen', 'nav.screen', 'M3 5h18v11H3zm6 15h6m-3-4v4', { bare: true }),
  ...feature('admin', 'nav.admin', 'M12 3l8 3v6c0 5-4 8-8 9-4-1-8-4-8-9V6z', { needs: ['system', 'security', 'audit'], present: true }),
  ...feature('search', 'nav.search', '', { hidden: true }),
  ...feature('personal', 'nav.personal', '', { hidden: true, present: true }),
  ...feature('session', 'nav.session', '', { hidden: true, present: true }),
];

/** Whether somebody with these features sees the present at the part, whatever day is chosen; so the home of an administrator. */
export function presentOnly(path: string, allowed: readonly string[]): boolean {
  if (path === '') return FEATURES.some((one) => one.path === 'admin' && mayOpen(one, allowed));
  return FEATURES.some((one) => one.path === path && one.present === true);
}

/** Whether somebody with these features may open the part. */
export function mayOpen(one: Feature, allowed: readonly string[]): boolean {
  return one.path === '' || (one.needs ?? [one.path]).some((name) => allowed.includes(name));
}
