import { useQueryClient } from '@tanstack/react-query';

/** What was entered shows when the projections have it, a second or two later. */
export function useAgain(): () => void {
  const client = useQueryClient();
  return () => {
    for (const after of [1200, 3500]) setTimeout(() => void client.invalidateQueries(), after);
  };
}
