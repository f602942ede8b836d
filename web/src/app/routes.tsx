import { lazy, Suspense } from 'react';
import { createBrowserRouter, type RouteObject } from 'react-router';

import { Waiting } from '../components/Waiting';
import { language } from './boot';
import { FEATURES, type Feature } from './features';
import { Missing, PageError } from './PageError';
import { Shell } from './Shell';

function route({ path, load }: Feature): RouteObject {
  const Page = lazy(load);
  const element = (
    <Suspense fallback={<Waiting />}>
      <Page />
    </Suspense>
  );
  return path === ''
    ? { index: true, element, errorElement: <PageError /> }
    : { path: `${path}/*`, element, errorElement: <PageError /> };
}

const framed = FEATURES.filter((one) => !one.bare).map(route);
const bare = FEATURES.filter((one) => one.bare).map(route);

export const router = createBrowserRouter(
  [{ path: '/', element: <Shell />, errorElement: <PageError />, children: [...framed, { path: '*', element: <Missing /> }] }, ...bare],
  { basename: `/${language}/app` },
);
