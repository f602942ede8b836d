import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import type { DirectoryBody, PeopleBody } from '../../client';
import { language } from '../../app/boot';
import { endSessionsMutation, getDirectoryOptions, listPeopleOptions, makeLinkMutation, withdrawLinkMutation } from '../../client/@tanstack/react-query.gen';
import { ProblemNote } from '../../components/ProblemNote';
import { Scroll } from '../../components/Scroll';
import { Waiting } from '../../components/Waiting';
import { either, named } from '../../lib/language';
import { civilTime } from '../../lib/time';
import { Desk, Erasures } from '../personal/Desk';
import { eventWord, t } from './words';

/** Who is let in: links, sessions, failures. */
export function People() {
  const found = useQuery(listPeopleOptions());
  const directory = useQuery(getDirectoryOptions());
  if (found.isPending || directory.isPending) return <Waiting />;
  if (found.isError) return <ProblemNote error={found.error} retry={() => void found.refetch()} />;
  if (directory.isError) return <ProblemNote error={directory.error} retry={() => void directory.refetch()} />;
  return (
    <>
      <h1>{t('people')}</h1>
      <NewLink directory={directory.data} />
      <Everybody found={found.data} />
      <Links found={found.data} />
      <Erasures />
      <Desk />
      <Failures found={found.data} />
    </>
  );
}

function useAgain(): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries();
}

function NewLink({ directory }: { directory: DirectoryBody }) {
  const again = useAgain();
  const [role, setRole] = useState('');
  const [subject, setSubject] = useState('');
  const [label, setLabel] = useState('');
  const [hours, setHours] = useState('24');
  const make = useMutation({ ...makeLinkMutation(), onSuccess: again });
  const kinds = directory.roles.find((one) => one.id === role)?.kinds ?? [];
  const places = directory.places.filter((one) => kinds.includes(one.kind));
  const path = make.data === undefined ? '' : language === 'zh' ? make.data.path_zh : make.data.path_en;
  return (
    <section className="card">
      <h2>{t('new_link')}</h2>
      <form
        className="home-form"
        onSubmit={(event) => {
          event.preventDefault();
          make.mutate({ body: { role, subject: places.length > 0 ? subject : '', label, hours: parseInt(hours, 10) } });
        }}
      >
        <label>
          {t('role')}
          <select value={role} required onChange={(event) => { setRole(event.target.value); setSubject(''); }}>
            <option value="">{t('choose')}</option>
            {directory.roles.map((one) => (
              <option key={one.id} value={one.id}>
                {named(one)}
              </option>
            ))}
          </select>
        </label>
        {places.length > 0 && (
          <label>
            {t('subject')}
            <select value={subject} required onChange={(event) => setSubject(event.target.value)}>
              <option value="">{t('choose')}</option>
              {places.map((one) => (
                <option key={one.id} value={one.id}>
                  {named(one)}
                </option>
              ))}
            </select>
          </label>
        )}
        <label>
          {t('label')}
          <input value={label} required minLength={2} maxLength={64} onChange={(event) => setLabel(event.target.value)} />
        </label>
        <label>
          {t('hours')}
          <input type="number" min={1} max={72} required value={hours} onChange={(event) => setHours(event.target.value)} />
        </label>
        <button type="submit" className="button button-primary" disabled={make.isPending}>
          {t('make')}
        </button>
      </form>
      <p className="muted">{t('admins_note')}</p>
      {make.isError && <ProblemNote error={make.error} />}
      {make.data !== undefined && (
        <div className="note" role="status">
          <p>{t('made')}</p>
          <code className="admin-link">{`${window.location.origin}${path}`}</code>
        </div>
      )}
    </section>
  );
}

function Everybody({ found }: { found: PeopleBody }) {
  const again = useAgain();
  const end = useMutation({ ...endSessionsMutation(), onSuccess: again });
  return (
    <section className="card">
      {end.isError && <ProblemNote error={end.error} />}
      <Scroll label={t('people')}>
        <table className="plain">
          <thead>
            <tr>
              <th>{t('person')}</th>
              <th>{t('role')}</th>
              <th>{t('subject')}</th>
              <th>{t('seen')}</th>
              <th className="number">{t('sessions')}</th>
              <th className="number">{t('links')}</th>
              <th />
            </tr>
          </thead>
          <tbody>
            {found.people.map((one) => (
              <tr key={`${one.label}${one.role}${one.subject}`}>
                <th scope="row">{one.label}</th>
                <td>{either(one.role_zh, one.role_en)}</td>
                <td>{either(one.subject_zh, one.subject_en) || '—'}</td>
                <td>{one.seen === null ? '—' : civilTime(one.seen)}</td>
                <td className="number">{one.open_sessions}</td>
                <td className="number">{one.waiting_links}</td>
                <td>
                  {one.open_sessions > 0 && (
                    <button type="button" className="button button-small" aria-label={t('end_of', { label: one.label })} onClick={() => end.mutate({ path: { label: one.label } })}>
                      {t('end')}
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}

function Links({ found }: { found: PeopleBody }) {
  const again = useAgain();
  const withdraw = useMutation({ ...withdrawLinkMutation(), onSuccess: again });
  return (
    <section className="card">
      <h2>{t('waiting')}</h2>
      {withdraw.isError && <ProblemNote error={withdraw.error} />}
      {found.links.length === 0 && <p className="muted">{t('no_links')}</p>}
      <ul className="home-list">
        {found.links.map((one) => (
          <li key={one.id}>
            <strong>{one.label}</strong> <span className="muted">{t('expires')} {civilTime(one.expires)}</span>{' '}
            <button type="button" className="button button-small" aria-label={t('withdraw_of', { label: one.label })} onClick={() => withdraw.mutate({ path: { link: one.id } })}>
              {t('withdraw')}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Failures({ found }: { found: PeopleBody }) {
  return (
    <section className="card">
      <h2>{t('failures')}</h2>
      {found.failures.length === 0 && <p className="muted">{t('no_failures')}</p>}
      <ul className="home-list">
        {found.failures.map((one) => (
          <li key={one.id}>
            {civilTime(one.at)} · {eventWord(one.kind)} · {one.actor || one.address}{' '}
            <span className="muted">
              {one.operation} {one.detail}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
