import type { SessionWord } from '../zh-CN/session';

const en: Record<SessionWord, string> = {
  title: 'My session',
  who: 'Role',
  label: 'Label',
  scope: 'Scope',
  whole_city: 'whole city',
  public_only: 'public data only',
  fresh_until: 'May publish and confirm until',
  fresh_over: 'over. Publishing and confirming are possible within 15 minutes of signing in; sign in again by a new link.',
  ends: 'The session ends at the latest',
  features: 'May open',
  sign_out: 'Sign out',
  sign_out_everywhere: 'Sign out everywhere',
  everywhere_what: '“Everywhere” ends every session opened under this label.',
  nobody: 'You are not signed in and see what is public. Sign in by the one-time link your administrator gave you.',
};

export default en;
