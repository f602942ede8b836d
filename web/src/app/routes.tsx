import { lazy, Suspense, type ComponentType, type ReactNode } from 'react';
import { BrowserRouter, useRoutes, type RouteObject } from 'react-router';

import { useFollowedFigures } from '../components/FigureLink';
import { Waiting } from '../components/Waiting';
import { queries } from '../lib/api';
import { language } from './boot';
import { FEATURES, mayOpen, type Feature } from './features';
import { Closed, Missing, PageGuard } from './PageError';
import { useSession } from './session';
import { Shell } from './Shell';

const BASE = `/${language}/app`;

/** How long the first drawing waits for data that is on its way already, in milliseconds. */
const PATIENCE = 200;

/** The parts whose files are here: drawn at once, where a part still to be loaded shows that it is on its way. */
const here = new Map<string, ComponentType>();

/**
 * Load the part the address names, and ask for its first data, before anything is drawn. Both come beside the
 * script, so that the page is drawn once and whole; what fails here fails again, and is told, where it is drawn.
 */
export async function opened(): Promise<void> {
  const name = window.location.pathname.slice(BASE.length + 1).split('/')[0] ?? '';
  const one = FEATURES.find((each) => each.path === name);
  const part = await one?.load().catch(() => undefined);
  if (one === undefined || part === undefined) return;
  here.set(one.path, part.default);
  const asked = part.asks?.(new URLSearchParams(window.location.search)) ?? [];
  const data = Promise.all(asked.map((options) => queries.prefetchQuery(options)));
  await Promise.race([data, new Promise((done) => setTimeout(done, PATIENCE))]);
}

function route(feature: Feature): RouteObject {
  const { path, load } = feature;
  const Page = here.get(path) ?? lazy(load);
  const element = (
    <PageGuard>
      <Open feature={feature}>
        <Suspense fallback={<Waiting />}>
          <Page />
        </Suspense>
      </Open>
    </PageGuard>
  );
  return path === '' ? { index: true, element } : { path: `${path}/*`, element };
}

/** The part for those who may open it; anybody else is told so, and sees none of it. */
function Open({ feature, children }: { feature: Feature; children: ReactNode }) {
  const { features } = useSession();
  return feature.hidden === true || mayOpen(feature, features) ? children : <Closed />;
}

/** The whole workspace at the browser's address. */
export function Workspace() {
  return (
    <BrowserRouter basename={BASE}>
      <PageGuard>
        <Pages routes={routes()} />
      </PageGuard>
    </BrowserRouter>
  );
}

let made: RouteObject[] | undefined;

/** The routes of all parts, made once: what is here by then needs no loading. */
function routes(): RouteObject[] {
  const framed = FEATURES.filter((one) => !one.bare);
  made ??= [
    { path: '/', element: <Shell />, children: [...framed.map(route), { path: '*', element: <Missing /> }] },
    ...FEATURES.filter((one) => one.bare).map(route),
  ];
  return made;
}

function Pages({ routes: all }: { routes: RouteObject[] }) {
  useFollowedFigures();
  return useRoutes(all);
}
