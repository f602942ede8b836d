import { createContext, useContext } from 'react';

import type { SessionBody } from '../client';
import { boot } from './boot';

export const SessionContext = createContext<SessionBody>(boot.session);

/** Who is signed in here; the public where nobody is. */
export function useSession(): SessionBody {
  return useContext(SessionContext);
}
