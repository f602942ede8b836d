/** What one's own page and the administrator's desk share: fields, versions, the form of a request, requests. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactNode } from 'react';
import { Link } from 'react-router';

import type { ErasureBody, PersonalFields, PersonalVersion } from '../../client';
import { confirmErasureMutation, declineErasureMutation } from '../../client/@tanstack/react-query.gen';
import { ProblemNote } from '../../components/ProblemNote';
import { civilTime } from '../../lib/time';
import { BASES, FIELDS, t, type Basis } from './words';
import './personal.css';

export function useAgain(): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries();
}

export function ToEntry({ entry, children }: { entry: number; children?: ReactNode }) {
  return <Link to={`/ledger/${entry}`}>{children ?? t('entry_n', { entry })}</Link>;
}

/** What one version says; the first of a list is the one in force. */
export function Version({ one, old }: { one: PersonalVersion; old: boolean }) {
  return (
    <div className="personal-version">
      <p className="muted">
        {old && <strong>{t('older')} · </strong>}
        {civilTime(one.at)} · <ToEntry entry={one.entry} />
      </p>
      <dl className="personal-facts">
        {FIELDS.filter((name) => one.fields[name] !== '').map((name) => (
          <div key={name}>
            <dt>{t(`field.${name}`)}</dt>
            <dd>{one.fields[name]}</dd>
          </div>
        ))}
        <div>
          <dt>{t('commitment')}</dt>
          <dd>
            <code>{one.commitment}</code>
          </dd>
        </div>
      </dl>
    </div>
  );
}

/** The fields of a person, to be filled in or put right. */
export function FieldsForm({ before, save, pending }: { before: PersonalFields | undefined; save: (fields: PersonalFields) => void; pending: boolean }) {
  const [fields, setFields] = useState<PersonalFields>(before ?? {});
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save(fields);
  };
  return (
    <form className="home-form" onSubmit={submit}>
      {FIELDS.map((name) => (
        <label key={name}>
          {t(`field.${name}`)}
          <input value={fields[name] ?? ''} maxLength={200} autoComplete="off" onChange={(event) => setFields({ ...fields, [name]: event.target.value })} />
        </label>
      ))}
      <button type="submit" className="button button-primary" disabled={pending || FIELDS.every((name) => (fields[name] ?? '').trim() === '')}>
        {t('save')}
      </button>
    </form>
  );
}

/** A request: the legal basis and the reason, which must name nobody. */
export function AskForm({ ask, pending, cancel }: { ask: (basis: Basis, reason: string) => void; pending: boolean; cancel?: () => void }) {
  const [basis, setBasis] = useState<Basis>(BASES[0]);
  const [reason, setReason] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    ask(basis, reason);
  };
  return (
    <form className="personal-ask" onSubmit={submit}>
      <label>
        {t('basis')} · {t('law')}
        <select value={basis} onChange={(event) => setBasis(event.target.value as Basis)}>
          {BASES.map((one) => (
            <option key={one} value={one}>
              {t(`basis.${one}`)}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t('reason')}
        <textarea value={reason} required minLength={3} maxLength={1000} rows={2} onChange={(event) => setReason(event.target.value)} />
      </label>
      <p className="home-actions">
        <button type="submit" className="button button-primary" disabled={pending || reason.trim().length < 3}>
          {t('ask')}
        </button>
        {cancel !== undefined && (
          <button type="button" className="button" onClick={cancel}>
            {t('cancel')}
          </button>
        )}
      </p>
    </form>
  );
}

/** Requests with what was said and what the viewer may do. */
export function Requests({ found }: { found: ErasureBody[] }) {
  if (found.length === 0) return <p className="muted">{t('no_requests')}</p>;
  return (
    <ul className="home-list">
      {found.map((one) => (
        <li key={one.id}>
          <Request one={one} />
        </li>
      ))}
    </ul>
  );
}

function Request({ one }: { one: ErasureBody }) {
  const about = one.person !== '' ? t('about_person', { label: one.person }) : t('about_entry', { entry: one.entries[0] ?? 0 });
  return (
    <article>
      <p className="personal-line">
        <strong>{about}</strong> <span className={`home-status ${one.state === 'asked' ? 'home-bad' : ''}`}>{t(`state.${one.state}`)}</span>
      </p>
      <p className="personal-line">
        {t(`basis.${one.basis}`)} · {one.reason}
        {one.state === 'declined' && ` · ${t('state.declined')}: ${one.said}`}
      </p>
      <p className="personal-line muted">
        {t('by', { by: one.asker })}
        {one.at !== null && ` · ${civilTime(one.at)}`} · <ToEntry entry={one.entry} />
        {one.redacted.map((entry) => (
          <span key={entry}>
            {' '}
            · <ToEntry entry={entry}>{t('redacted_at', { entry })}</ToEntry>
          </span>
        ))}
      </p>
      {one.may.length > 0 && <Decide one={one} />}
    </article>
  );
}

function Decide({ one }: { one: ErasureBody }) {
  const again = useAgain();
  const [declining, setDeclining] = useState(false);
  const [reason, setReason] = useState('');
  const confirm = useMutation({ ...confirmErasureMutation(), onSuccess: again });
  const decline = useMutation({ ...declineErasureMutation(), onSuccess: again });
  const entered = confirm.data ?? decline.data;
  const path = { name: one.id };
  if (entered !== undefined) return <p role="status">{t('done', { entry: entered.entry })}</p>;
  return (
    <>
      <p className="home-actions">
        {one.may.includes('confirm') && (
          <button type="button" className="button button-primary" title={t('confirm_what')} disabled={confirm.isPending} onClick={() => confirm.mutate({ path })}>
            {t('confirm')}
          </button>
        )}
        {!declining && (
          <button type="button" className="button" onClick={() => setDeclining(true)}>
            {t('decline')}
          </button>
        )}
      </p>
      {declining && (
        <div className="personal-ask">
          <label>
            {t('decline_reason')}
            <input value={reason} maxLength={1000} onChange={(event) => setReason(event.target.value)} />
          </label>
          <p className="home-actions">
            <button type="button" className="button" disabled={reason.trim().length < 3 || decline.isPending} onClick={() => decline.mutate({ path, body: { reason } })}>
              {t('decline')}
            </button>
          </p>
        </div>
      )}
      {confirm.isError && <ProblemNote error={confirm.error} />}
      {decline.isError && <ProblemNote error={decline.error} />}
    </>
  );
}
