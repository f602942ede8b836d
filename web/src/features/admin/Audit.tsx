import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Link } from 'react-router';

import { listAccessEventsOptions, listActionsOptions } from '../../client/@tanstack/react-query.gen';
import { ProblemNote } from '../../components/ProblemNote';
import { Scroll } from '../../components/Scroll';
import { Waiting } from '../../components/Waiting';
import { civilTime } from '../../lib/time';
import { eventWord, t } from './words';

/** Who did what: the ledger's entries by actor, and what happened at the door. Both page by page, both read-only. */
export function Audit() {
  const [actor, setActor] = useState('');
  const [asked, setAsked] = useState('');
  return (
    <>
      <h1>{t('audit')}</h1>
      <p className="muted">{t('readonly')}</p>
      <form
        className="home-form"
        onSubmit={(event) => {
          event.preventDefault();
          setAsked(actor.trim());
        }}
      >
        <label>
          {t('only_actor')}
          <input value={actor} maxLength={128} onChange={(event) => setActor(event.target.value)} />
        </label>
        <button type="submit" className="button">
          {t('filter')}
        </button>
      </form>
      <Events key={`events${asked}`} actor={asked} />
      <Actions key={`actions${asked}`} actor={asked} />
    </>
  );
}

function Pages({ next, first, go }: { next: number | null; first: boolean; go: (before?: number) => void }) {
  return (
    <p className="admin-pages">
      {!first && (
        <button type="button" className="button button-small" onClick={() => go()}>
          {t('newest')}
        </button>
      )}
      {next !== null && (
        <button type="button" className="button button-small" onClick={() => go(next)}>
          {t('older')}
        </button>
      )}
    </p>
  );
}

function Log({ title, heads, empty, children }: { title: string; heads: string[]; empty: boolean; children: ReactNode }) {
  return (
    <>
      <h2>{title}</h2>
      {empty && <p className="muted">{t('none_here')}</p>}
      <Scroll label={title}>
        <table className="plain">
          <thead>
            <tr>
              {heads.map((one) => (
                <th key={one}>{one}</th>
              ))}
            </tr>
          </thead>
          <tbody>{children}</tbody>
        </table>
      </Scroll>
    </>
  );
}

function Events({ actor }: { actor: string }) {
  const [before, setBefore] = useState<number>();
  const found = useQuery(listAccessEventsOptions({ query: { actor, before } }));
  return (
    <section className="card">
      {found.isPending && <Waiting />}
      {found.isError && <ProblemNote error={found.error} retry={() => void found.refetch()} />}
      {found.data !== undefined && (
        <>
          <Log
            title={t('events')}
            heads={[t('time'), t('kind'), t('actor'), t('about'), t('operation'), t('detail'), t('address')]}
            empty={found.data.events.length === 0}
          >
            {found.data.events.map((one) => (
              <tr key={one.id}>
                <td>{civilTime(one.at)}</td>
                <td>{eventWord(one.kind)}</td>
                <td>{one.actor || '—'}</td>
                <td>{one.about}</td>
                <td>{one.operation}</td>
                <td>{one.detail}</td>
                <td>{one.address}</td>
              </tr>
            ))}
          </Log>
          <Pages next={found.data.next} first={before === undefined} go={setBefore} />
        </>
      )}
    </section>
  );
}

function Actions({ actor }: { actor: string }) {
  const [before, setBefore] = useState<number>();
  const [machines, setMachines] = useState(false);
  const found = useQuery(listActionsOptions({ query: { actor, before, machines } }));
  return (
    <section className="card">
      {found.isPending && <Waiting />}
      {found.isError && <ProblemNote error={found.error} retry={() => void found.refetch()} />}
      {found.data !== undefined && (
        <>
          <Log
            title={t('actions')}
            heads={[t('entry'), t('time'), t('type'), t('actor'), t('role'), t('session')]}
            empty={found.data.actions.length === 0}
          >
            {found.data.actions.map((one) => (
              <tr key={one.index}>
                <td>
                  <Link to={`/ledger/${one.index}`}>{one.index}</Link>
                </td>
                <td>{civilTime(one.at)}</td>
                <td>{one.type}</td>
                <td>{one.actor}</td>
                <td>{one.role}</td>
                <td>
                  <code>{one.session}</code>
                </td>
              </tr>
            ))}
          </Log>
          <label>
            <input
              type="checkbox"
              checked={machines}
              onChange={(event) => {
                setMachines(event.target.checked);
                setBefore(undefined);
              }}
            />{' '}
            {t('machines')}
          </label>
          <Pages next={found.data.next} first={before === undefined} go={setBefore} />
        </>
      )}
    </section>
  );
}
