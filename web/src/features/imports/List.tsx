import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Popconfirm, Progress as Bar, Upload } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';

import { language } from '../../app/boot';
import type { ImportBrief } from '../../client';
import { discardImportMutation, getImportTargetsOptions, listImportsOptions, listImportsQueryKey } from '../../client/@tanstack/react-query.gen';
import { ProblemNote } from '../../components/ProblemNote';
import { Scroll } from '../../components/Scroll';
import { Waiting } from '../../components/Waiting';
import { named } from '../../lib/language';
import { keeping } from '../../lib/moment';
import { count, forCity, MEBIBYTE, size, t, when, word } from './text';
import { upload, type Progress } from './upload';

/** Upload a file, get the workbook to fill in, and go on with what is unfinished. */
export function List() {
  const imports = useQuery({ ...listImportsOptions(), staleTime: 0 });
  return (
    <>
      <h1>{t('title')}</h1>
      <p className="imports-lead">{t('lead')}</p>
      <div className="imports-start">
        <Drop what={t('drop_what', { limit: Math.round((imports.data?.limit_bytes ?? 200 * MEBIBYTE) / MEBIBYTE) })} />
        <Sample />
      </div>
      <h2>{t('list')}</h2>
      {imports.isPending ? <Waiting /> : imports.isError ? <ProblemNote error={imports.error} retry={() => void imports.refetch()} /> : <Table imports={imports.data.imports} />}
    </>
  );
}

const TAKEN = ['.xlsx', '.csv', '.txt', '.tsv', '.gz', '.parquet'];

/** The place to drop a file; shows how far the sending has come. */
export function Drop({ what, send }: { what: string; send?: (file: File, tell: (now: Progress) => void, stop: AbortSignal) => Promise<unknown> }) {
  const [now, setNow] = useState<Progress | null>(null);
  const [error, setError] = useState<unknown>(null);
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const client = useQueryClient();
  const stop = useRef<AbortController | null>(null);
  useEffect(() => () => stop.current?.abort(), []);
  const start = async (file: File) => {
    setError(null);
    stop.current = new AbortController();
    try {
      if (send !== undefined) await send(file, setNow, stop.current.signal);
      else {
        const done = await upload(file, setNow, stop.current.signal);
        await navigate(`/imports/${done.id}${keeping(params)}`);
      }
    } catch (problem) {
      setError(problem);
      void client.invalidateQueries({ queryKey: listImportsQueryKey() });
    } finally {
      setNow(null);
    }
  };
  return (
    <div className="imports-drop">
      <Upload.Dragger
        accept={TAKEN.join(',')}
        showUploadList={false}
        disabled={now !== null}
        aria-label={t('drop')}
        onDrop={(event) => {
          const dropped = event.dataTransfer.files[0]?.name ?? '';
          if (!TAKEN.some((end) => dropped.toLowerCase().endsWith(end))) setError(new Error(t('not_taken', { name: dropped })));
        }}
        beforeUpload={(file) => {
          void start(file);
          return false;
        }}
      >
        <p className="imports-drop-big">{t('drop')}</p>
        <p className="muted">{what}</p>
      </Upload.Dragger>
      {now !== null && (
        <div role="status" className="imports-sending">
          <span>{now.phase === 'offline' ? t('offline') : now.phase === 'hashing' ? t('hashing') : t('sending')}</span>
          <Bar percent={Math.round(100 * now.share)} aria-label={t('step_file')} />
        </div>
      )}
      {error !== null && <ProblemNote error={error} title={t('not_done')} />}
    </div>
  );
}

function thisMonth(): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', year: 'numeric', month: '2-digit' }).format(new Date());
}

function Sample() {
  const [month, setMonth] = useState(thisMonth);
  const [enterprise, setEnterprise] = useState('');
  const targets = useQuery({ ...getImportTargetsOptions(), enabled: forCity });
  const query = new URLSearchParams({ month, language, ...(enterprise ? { enterprise } : {}) });
  return (
    <section className="card imports-sample" aria-label={t('sample_title')}>
      <h2>{t('sample_title')}</h2>
      <p className="muted">{t('sample_what')}</p>
      {forCity && (
        <label>
          {t('enterprise')}
          <select value={enterprise} onChange={(event) => setEnterprise(event.target.value)}>
            <option value="">{t('enterprise_choose')}</option>
            {(targets.data?.enterprises ?? []).map((one) => (
              <option key={one.id} value={one.id}>
                {named(one)}
              </option>
            ))}
          </select>
        </label>
      )}
      <label>
        {t('sample_month')}
        <input type="month" value={month} onChange={(event) => setMonth(event.target.value)} />
      </label>
      {month !== '' && (!forCity || enterprise !== '') && (
        <a className="button" href={`/api/imports/template.xlsx?${query.toString()}`} download>
          {t('sample_get')}
        </a>
      )}
    </section>
  );
}

function Table({ imports }: { imports: ImportBrief[] }) {
  const [params] = useSearchParams();
  const client = useQueryClient();
  const discard = useMutation({
    ...discardImportMutation(),
    onSuccess: () => client.invalidateQueries({ queryKey: listImportsQueryKey() }),
  });
  if (imports.length === 0) return <p className="muted">{t('list_none')}</p>;
  const half = imports.filter((one) => one.state === 'uploading').length;
  return (
    <>
      {half > 0 && <p className="note imports-waits">{t('half_sent', { count: half })}</p>}
      <Scroll label={t('list')} className="card">
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t('col_file')}</th>
              <th scope="col">{t('col_state')}</th>
              <th scope="col" className="number">{t('col_readings')}</th>
              <th scope="col" className="number">{t('col_errors')}</th>
              <th scope="col">{t('col_who')}</th>
              <th scope="col">{t('col_when')}</th>
              <th scope="col">
                <span className="visually-hidden">{t('options')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {imports.map((one) => (
              <tr key={one.id}>
                <td className="imports-file">
                  <Link to={`/imports/${one.id}${keeping(params)}`}>{one.name}</Link> <span className="muted">{size(one.size)}</span>
                </td>
                <td>
                  <span className={`badge imports-state-${one.state}`}>{word('state', one.state)}</span>
                  {one.state === 'uploading' && (
                    <Link className="button button-small" to={`/imports/${one.id}${keeping(params)}`}>
                      {t('go_on')}
                    </Link>
                  )}
                </td>
                <td className="number">{one.readings === null ? '' : count(one.readings)}</td>
                <td className="number">{one.errors === null ? '' : count(one.errors)}</td>
                <td>{one.by}</td>
                <td>{when(one.changed)}</td>
                <td>
                  {!['committing', 'committed', 'kept'].includes(one.state) && (
                    <Popconfirm title={t('discard_sure')} okText={t('yes')} cancelText={t('no')} onConfirm={() => discard.mutate({ path: { name: one.id } })}>
                      <button type="button" className="button button-small">
                        {t('discard')}
                      </button>
                    </Popconfirm>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {discard.isError && <ProblemNote error={discard.error} title={t('not_done')} />}
      </Scroll>
    </>
  );
}
