/** Requests for erasure for both administrators, and the security administrator's desk of what is kept. */
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import type { PersonalItem, PersonalPage } from '../../client';
import { askErasureMutation, getPersonalDataOptions, listErasuresOptions, listPersonalDataOptions, putPersonalDataMutation } from '../../client/@tanstack/react-query.gen';
import { ProblemNote } from '../../components/ProblemNote';
import { Scroll } from '../../components/Scroll';
import { Waiting } from '../../components/Waiting';
import { grouped } from '../../lib/decimal';
import { civilTime } from '../../lib/time';
import { AskForm, FieldsForm, Requests, ToEntry, useAgain, Version } from './Parts';
import { t } from './words';

/** Requests that wait, and those that were settled. */
export function Erasures() {
  const found = useQuery(listErasuresOptions());
  return (
    <section className="card">
      <h2>{t('requests')}</h2>
      {found.isPending && <Waiting />}
      {found.isError && <ProblemNote error={found.error} retry={() => void found.refetch()} />}
      {found.data !== undefined && <Requests found={found.data} />}
    </section>
  );
}

/** What is kept of whom, without content until a person is opened. */
export function Desk() {
  const found = useQuery(listPersonalDataOptions());
  if (found.isPending) return <Waiting />;
  if (found.isError) return <ProblemNote error={found.error} retry={() => void found.refetch()} />;
  return (
    <>
      <Kept page={found.data} />
      <Record page={found.data} />
    </>
  );
}

function Kept({ page }: { page: PersonalPage }) {
  const again = useAgain();
  const [opened, setOpened] = useState('');
  const [asking, setAsking] = useState<PersonalItem | null>(null);
  const ask = useMutation({
    ...askErasureMutation(),
    onSuccess: () => {
      setAsking(null);
      return again();
    },
  });
  return (
    <section className="card">
      <h2>{t('desk')}</h2>
      <p className="muted">{t('desk_lead')}</p>
      {page.items.length === 0 && <p>{t('none_kept')}</p>}
      {opened !== '' && <Opened label={opened} close={() => setOpened('')} />}
      {asking !== null && (
        <div className="note">
          <p>
            <strong>{t('ask_for_of', { what: about(asking) })}</strong>
          </p>
          <AskForm
            pending={ask.isPending}
            cancel={() => setAsking(null)}
            ask={(basis, reason) => ask.mutate({ body: { basis, reason, person: asking.person, entry: asking.person === '' ? asking.entry : null } })}
          />
        </div>
      )}
      {ask.data !== undefined && asking === null && <p role="status">{t('asked_as', { entry: ask.data.entry })}</p>}
      {ask.isError && <ProblemNote error={ask.error} />}
      {page.items.length > 0 && (
        <Scroll label={t('desk')} role="region">
          <table className="plain personal-table">
            <thead>
              <tr>
                {(['person', 'what', 'org', 'since', 'state'] as const).map((one) => (
                  <th key={one} scope="col">
                    {t(one)}
                  </th>
                ))}
                <th />
              </tr>
            </thead>
            <tbody>
              {page.items.map((one) => (
                <Row key={one.entry} one={one} open={setOpened} ask={setAsking} />
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </section>
  );
}

function about(one: PersonalItem): string {
  return one.person !== '' ? t('about_person', { label: one.person }) : t('about_entry', { entry: one.entry });
}

function Row({ one, open, ask }: { one: PersonalItem; open: (label: string) => void; ask: (item: PersonalItem) => void }) {
  const kept = one.redacted === null;
  return (
    <tr>
      <th scope="row">{one.person || '—'}</th>
      <td>
        {t(`kind.${one.kind}`)}
        {one.bytes !== null && <span className="muted"> {t('bytes', { count: grouped(String(one.bytes)) })}</span>}
      </td>
      <td>{one.org}</td>
      <td>
        {civilTime(one.at)} <ToEntry entry={one.entry} />
      </td>
      <td>
        {one.redacted === null ? t(one.current ? 'in_store' : 'replaced') : <ToEntry entry={one.redacted}>{t('redacted_at', { entry: one.redacted })}</ToEntry>}
      </td>
      <td>
        {kept && one.current && (
          <span className="home-actions">
            {one.person !== '' && (
              <button type="button" className="button button-small" aria-label={t('open_of', { label: one.person })} onClick={() => open(one.person)}>
                {t('open')}
              </button>
            )}
            <button type="button" className="button button-small" aria-label={t('ask_for_of', { what: about(one) })} onClick={() => ask(one)}>
              {t('ask_for')}
            </button>
          </span>
        )}
      </td>
    </tr>
  );
}

function Opened({ label, close }: { label: string; close: () => void }) {
  const again = useAgain();
  const found = useQuery({ ...getPersonalDataOptions({ path: { label } }), staleTime: Infinity });
  const save = useMutation({ ...putPersonalDataMutation(), onSuccess: again });
  if (found.isPending) return <Waiting />;
  if (found.isError) return <ProblemNote error={found.error} />;
  const newest = found.data.versions[0];
  return (
    <div className="note">
      <h3>{label}</h3>
      {found.data.versions.map((one, at) => (
        <Version key={one.entry} one={one} old={at > 0} />
      ))}
      <details>
        <summary>{t('change')}</summary>
        <FieldsForm key={newest?.entry ?? 0} before={newest?.fields} pending={save.isPending} save={(body) => save.mutate({ path: { label }, body })} />
      </details>
      {save.isError && <ProblemNote error={save.error} />}
      <p>
        <button type="button" className="button" onClick={close}>
          {t('close')}
        </button>
      </p>
    </div>
  );
}

function Record({ page }: { page: PersonalPage }) {
  const again = useAgain();
  const [label, setLabel] = useState('');
  const save = useMutation({ ...putPersonalDataMutation(), onSuccess: again });
  const known = new Set(page.items.filter((one) => one.redacted === null).map((one) => one.person));
  return (
    <section className="card">
      <h2>{t('record')}</h2>
      <p className="muted">{t('change_what')}</p>
      <div className="home-form">
        <label>
          {t('person')}
          <select value={label} onChange={(event) => setLabel(event.target.value)}>
            <option value="">{t('choose')}</option>
            {page.people.filter((one) => !known.has(one)).map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
        </label>
      </div>
      {label !== '' && <FieldsForm key={label} before={undefined} pending={save.isPending} save={(body) => save.mutate({ path: { label }, body }, { onSuccess: () => setLabel('') })} />}
      {save.data !== undefined && <p role="status">{t('saved', { entry: save.data.entry })}</p>}
      {save.isError && <ProblemNote error={save.error} />}
    </section>
  );
}
