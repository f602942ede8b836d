import { lazy, Suspense } from 'react';
import { useSearchParams } from 'react-router';

const Drawer = lazy(() => import('../features/receipts'));

/** Opens the receipt drawer over any page while the address names a `figure`; until then it costs nothing. */
export function DrawerHost() {
  const [params] = useSearchParams();
  const figure = params.get('figure');
  if (figure === null || figure === '') return null;
  return (
    <Suspense fallback={null}>
      <Drawer figure={figure} />
    </Suspense>
  );
}
