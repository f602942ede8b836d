import { useMutation, useQuery } from '@tanstack/react-query';

import type { OwnData } from '../../client';
import { askOwnErasureMutation, getOwnDataOptions, putOwnDataMutation } from '../../client/@tanstack/react-query.gen';
import { ProblemNote } from '../../components/ProblemNote';
import { Waiting } from '../../components/Waiting';
import { AskForm, FieldsForm, Requests, ToEntry, useAgain, Version } from './Parts';
import { t } from './words';
import '../home/home.css';

/** 我的个人信息: what is kept of whoever is signed in, to read, take along, put right, and have erased. */
export default function Personal() {
  const found = useQuery(getOwnDataOptions());
  if (found.isPending) return <Waiting />;
  if (found.isError) return <ProblemNote error={found.error} retry={() => void found.refetch()} />;
  const own = found.data;
  return (
    <div className="home">
      <h1>{t('mine')}</h1>
      <p className="muted">{t('lead')}</p>
      <Kept own={own} />
      <Change own={own} />
      {own.versions.length > 0 && <Erase />}
      {own.erasures.length > 0 && (
        <section className="card">
          <h2>{t('requests')}</h2>
          <Requests found={own.erasures} />
        </section>
      )}
    </div>
  );
}

function Kept({ own }: { own: OwnData }) {
  const gone = own.items.filter((one) => one.redacted !== null);
  return (
    <section className="card">
      <h2>
        {t('kept')} · {own.label}
      </h2>
      {own.versions.length === 0 && <p>{t('nothing')}</p>}
      {own.versions.map((one, at) => (
        <Version key={one.entry} one={one} old={at > 0} />
      ))}
      {gone.length > 0 && (
        <ul className="home-list">
          {gone.map((one) => (
            <li key={one.entry}>
              <ToEntry entry={one.entry} /> · <ToEntry entry={one.redacted ?? 0}>{t('redacted_at', { entry: one.redacted ?? 0 })}</ToEntry>
            </li>
          ))}
        </ul>
      )}
      {own.versions.length > 0 && (
        <p>
          <a className="button" href="/api/personal/own/download" download>
            {t('download')}
          </a>
        </p>
      )}
    </section>
  );
}

function Change({ own }: { own: OwnData }) {
  const again = useAgain();
  const save = useMutation({ ...putOwnDataMutation(), onSuccess: again });
  const newest = own.versions[0];
  return (
    <section className="card">
      <h2>{t('change')}</h2>
      <p className="muted">{t('change_what')}</p>
      <FieldsForm key={newest?.entry ?? 0} before={newest?.fields} pending={save.isPending} save={(body) => save.mutate({ body })} />
      {save.data !== undefined && <p role="status">{t('saved', { entry: save.data.entry })}</p>}
      {save.isError && <ProblemNote error={save.error} />}
    </section>
  );
}

function Erase() {
  const again = useAgain();
  const ask = useMutation({ ...askOwnErasureMutation(), onSuccess: again });
  return (
    <section className="card">
      <h2>{t('erase')}</h2>
      <p className="muted">{t('erase_what')}</p>
      {ask.data === undefined ? (
        <AskForm pending={ask.isPending} ask={(basis, reason) => ask.mutate({ body: { basis, reason } })} />
      ) : (
        <p role="status">{t('asked_as', { entry: ask.data.entry })}</p>
      )}
      {ask.isError && <ProblemNote error={ask.error} />}
    </section>
  );
}
