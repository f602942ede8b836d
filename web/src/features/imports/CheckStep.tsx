import { useMutation, useQuery } from '@tanstack/react-query';
import { Pagination, Progress as Bar } from 'antd';
import { useState } from 'react';

import { language } from '../../app/boot';
import type { CheckBody, ImportBody, PreviewFinding } from '../../client';
import { checkImportMutation, keepImportMutation, listImportFindingsOptions, listImportMendsOptions } from '../../client/@tanstack/react-query.gen';
import { ProblemNote } from '../../components/ProblemNote';
import { Scroll } from '../../components/Scroll';
import { either } from '../../lib/language';
import { count, t, word } from './text';

const PAGE = 50;

interface StepProps {
  one: ImportBody;
  refresh: () => Promise<void>;
  go: (step: 'map' | 'commit') => void;
}

/** The whole file judged: what would be taken, what is wrong where, and the file to correct it in. */
export function CheckStep({ one, refresh, go }: StepProps) {
  const check = useMutation({ ...checkImportMutation(), onSuccess: refresh });
  if (one.state === 'checking') return <AtWork one={one} label={t('checking')} />;
  if (one.state === 'mapped')
    return (
      <section className="imports-step">
        <button type="button" className="button button-primary" disabled={check.isPending} onClick={() => check.mutate({ path: { name: one.id } })}>
          {t('go_check')}
        </button>
        {check.isError && <ProblemNote error={check.error} title={t('not_done')} />}
      </section>
    );
  return (
    <section className="imports-step">
      {one.state === 'refused' && <Refused one={one} />}
      {one.check !== null && <Summary check={one.check} />}
      {one.check !== null && <FindingTable one={one} check={one.check} />}
      {one.check !== null && one.check.severities.error !== 0 && <Corrected one={one} />}
      <p className="imports-actions">
        {one.state === 'checked' && (
          <button type="button" className="button button-primary" onClick={() => go('commit')}>
            {t('go_commit')}
          </button>
        )}
        <button type="button" className="button" onClick={() => go('map')}>
          {t('back_to_map')}
        </button>
        <a className="button" href={`/api/imports/${one.id}/map.toml`} download>
          {t('get_map')}
        </a>
        <Keep one={one} refresh={refresh} />
      </p>
    </section>
  );
}

/** How far the importer is. */
export function AtWork({ one, label }: { one: ImportBody; label: string }) {
  return (
    <section className="imports-step" role="status" aria-live="polite">
      <p>
        {label} {one.what !== '' && <span className="muted">· {word('what', one.what)}</span>}
      </p>
      <Bar percent={one.of > 0 ? Math.round((100 * one.done) / one.of) : 0} status="active" aria-label={label} />
      <p className="muted">{t('close_ok')}</p>
    </section>
  );
}

function Refused({ one }: { one: ImportBody }) {
  return (
    <div className="note note-bad" role="alert">
      <h2>{t('refused_title')}</h2>
      {one.problem.map((finding, at) => (
        <p key={at}>{either(finding.zh, finding.en)}</p>
      ))}
    </div>
  );
}

const OUTCOMES = ['new', 'fills', 'known', 'differs', 'other_origin', 'waiting'] as const;

function Summary({ check }: { check: CheckBody }) {
  const months = check.totals.filter((one) => one.period.length === 7);
  return (
    <>
      <p className="imports-account">
        {t('account', {
          rows: count(check.rows), accepted: count(check.accepted), partly: count(check.partly), refused: count(check.refused), left_out: count(check.left_out),
        })}
      </p>
      <dl className="imports-outcomes">
        {OUTCOMES.map((name) => (
          <div key={name} className={check.comparison[name] > 0 ? `outcome-${name}` : 'outcome-none'}>
            <dt>{t(`cmp.${name}`)}</dt>
            <dd>{count(check.comparison[name])}</dd>
          </div>
        ))}
      </dl>
      <details className="card">
        <summary>{t('totals')}</summary>
        <Scroll label={t('totals')}>
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">{t('series')}</th>
                <th scope="col">{t('total_period')}</th>
                <th scope="col" className="number">{t('total_value')}</th>
                <th scope="col">{t('total_kind')}</th>
                <th scope="col" className="number">{t('col_readings')}</th>
              </tr>
            </thead>
            <tbody>
              {months.map((one) => (
                <tr key={`${one.series}/${one.period}/${one.kind}`}>
                  <td>{nameOf(check, one.series)}</td>
                  <td>{one.period}</td>
                  <td className="number">
                    {one.value} {one.unit}
                  </td>
                  <td>{word('prov', one.kind)}</td>
                  <td className="number">{count(one.count)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      </details>
    </>
  );
}

function nameOf(check: CheckBody, series: string): string {
  const found = check.series.find((one) => one.series === series);
  return found === undefined ? series : either(found.title_zh, found.title_en);
}

function FindingTable({ one, check }: { one: ImportBody; check: CheckBody }) {
  const [severity, setSeverity] = useState<'' | 'error' | 'warning' | 'info'>('');
  const [code, setCode] = useState('');
  const [page, setPage] = useState(1);
  const found = useQuery({
    ...listImportFindingsOptions({
      path: { name: one.id },
      query: { offset: (page - 1) * PAGE, limit: PAGE, ...(severity ? { severity: [severity] } : {}), ...(code ? { code: [code] } : {}) },
    }),
    placeholderData: (old) => old,
    staleTime: 0,
  });
  const all = Object.values(check.severities).reduce((sum, many) => sum + many, 0);
  if (all === 0) return <p>{t('findings_none')}</p>;
  return (
    <>
      <h2>{t('findings')}</h2>
      <div className="imports-fields">
        <div role="group" aria-label={t('findings')} className="imports-severities">
          {(['', 'error', 'warning', 'info'] as const).map((name) => (
            <button
              key={name}
              type="button"
              className={severity === name ? 'button button-small button-primary' : 'button button-small'}
              aria-pressed={severity === name}
              onClick={() => {
                setSeverity(name);
                setPage(1);
              }}
            >
              {name === '' ? t('sev_all') : word('sev', name)} {count(name === '' ? all : (check.severities[name] ?? 0))}
            </button>
          ))}
        </div>
        <label className="imports-field">
          <span className="visually-hidden">{t('code_all')}</span>
          <select
            value={code}
            onChange={(event) => {
              setCode(event.target.value);
              setPage(1);
            }}
          >
            <option value="">{t('code_all')}</option>
            {check.codes.map((two) => (
              <option key={`${two.code}/${two.severity}`} value={two.code}>
                {word('kind', two.code.split('.').at(-1) ?? two.code)} × {count(two.count)}
              </option>
            ))}
          </select>
        </label>
      </div>
      {found.isError && <ProblemNote error={found.error} />}
      <table className="plain imports-table" aria-busy={found.isFetching}>
        <thead>
          <tr>
            <th scope="col">{t('where')}</th>
            <th scope="col">{t('column')}</th>
            <th scope="col">{t('what')}</th>
          </tr>
        </thead>
        <tbody>
          {(found.data?.findings ?? []).map((row) => (
            <tr key={JSON.stringify([row.code, row.where, row.params])}>
              <td>
                <Place row={row} />
              </td>
              <td>{row.where.column ?? ''}</td>
              <td className="imports-said">{either(row.zh, row.en)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Pagination current={page} pageSize={PAGE} total={found.data?.total ?? 0} onChange={setPage} showSizeChanger={false} hideOnSinglePage />
      {all > check.kept_findings && <p className="muted">{t('kept_first', { kept: count(check.kept_findings) })}</p>}
    </>
  );
}

function Place({ row }: { row: PreviewFinding }) {
  const sheet = row.where.sheet === undefined ? '' : `${String(row.where.sheet)}!`;
  const place = row.cell || (row.where.row === undefined ? '' : String(row.where.row));
  return (
    <>
      <span className={`imports-mark imports-mark-${row.severity}`}>{word('sev', row.severity)}</span> <code>{sheet + place}</code>
    </>
  );
}

function Corrected({ one }: { one: ImportBody }) {
  const mends = useQuery({ ...listImportMendsOptions({ path: { name: one.id } }), staleTime: 0 });
  const found = mends.data?.mends ?? [];
  return (
    <div className="card imports-corrected">
      <a className="button" href={`/api/imports/${one.id}/corrected.xlsx?language=${language}`} download>
        {t('get_marked')}
      </a>
      <span className="muted">{t('marked_note')}</span>
      {found.length > 0 && (
        <>
          <p>{t('mends', { count: found.length, left: mends.data?.left ?? 0 })}</p>
          <details>
            <summary>{t('mends_show')}</summary>
            <table className="plain">
              <thead>
                <tr>
                  <th scope="col">{t('where')}</th>
                  <th scope="col">{t('mend_before')}</th>
                  <th scope="col">{t('mend_after')}</th>
                </tr>
              </thead>
              <tbody>
                {found.slice(0, 500).map((two) => (
                  <tr key={two.sheet + two.cell}>
                    <td>
                      <code>{two.sheet === '' ? two.cell : `${two.sheet}!${two.cell}`}</code>
                    </td>
                    <td>{two.before}</td>
                    <td>{two.after}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </details>
          <a className="button" href={`/api/imports/${one.id}/corrected.xlsx?language=${language}&mend=true`} download>
            {t('get_mended')}
          </a>
        </>
      )}
    </div>
  );
}

/** Keep a file as a document, open or sealed. */
export function Keep({ one, refresh }: { one: ImportBody; refresh: () => Promise<void> }) {
  const keep = useMutation({ ...keepImportMutation(), onSuccess: refresh });
  return (
    <>
      <button type="button" className="button" title={t('keep_what')} disabled={keep.isPending} onClick={() => keep.mutate({ path: { name: one.id } })}>
        {t('keep')}
      </button>
      <button type="button" className="button" title={t('keep_sealed_what')} disabled={keep.isPending} onClick={() => keep.mutate({ path: { name: one.id }, query: { sealed: true } })}>
        {t('keep_sealed')}
      </button>
      {keep.isError && <ProblemNote error={keep.error} title={t('not_done')} />}
    </>
  );
}
