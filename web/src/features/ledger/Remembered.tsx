import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';

import { look, type Finding } from './memory';
import { t } from './naming';
import './remembered.css';

/** Whether the ledger continues what this browser saw of it: a line where it does, an alarm where it does not. */
export default function Remembered() {
  const found = useQuery({ queryKey: ['ledger-memory'], queryFn: () => look(), staleTime: 300_000, retry: false });
  if (found.data === undefined || found.data.state === 'unsigned') return null;
  return found.data.state === 'broken' || found.data.state === 'other' ? <Alarm found={found.data} /> : <Calm found={found.data} />;
}

function Calm({ found }: { found: Extract<Finding, { state: 'first' | 'continues' }> }) {
  const since = found.state === 'continues' ? found.before : found.now;
  return (
    <p className="ledger-memory muted" title={t('memory.what')}>
      <Link to="/ledger">
        <span aria-hidden="true">✓</span> {t(found.state === 'continues' ? 'memory.continues' : 'memory.first')}
      </Link>{' '}
      {t('memory.sizes', { old: since.size.toLocaleString('en'), now: found.now.size.toLocaleString('en') })}
    </p>
  );
}

function Alarm({ found }: { found: Extract<Finding, { state: 'broken' | 'other' }> }) {
  return (
    <div className="ledger-memory ledger-alarm" role="alert">
      <strong>{t(found.state === 'broken' ? 'memory.broken' : 'memory.other')}</strong>
      <p>{t('memory.do')}</p>
      <pre tabIndex={0}>{found.before.note}</pre>
      <pre tabIndex={0}>{found.now.note}</pre>
    </div>
  );
}
