/** 查询: the whole state of the page is its address; it asks the API and arranges the answer, and adds nothing up. */
import './explore.css';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Segmented } from 'antd';
import { useMemo } from 'react';
import { useSearchParams } from 'react-router';

import { exploreOptions, getExploreCatalogueOptions } from '../../client/@tanstack/react-query.gen';
import type { CatalogueBody, CellBody, ExploreBody } from '../../client';
import { Antd } from '../../components/antd';
import { amountText } from '../../components/Figure';
import { ProblemNote } from '../../components/ProblemNote';
import { Waiting } from '../../components/Waiting';
import { either, named } from '../../lib/language';
import { useMoment } from '../../lib/moment';
import { unitText } from '../../lib/unit';
import { Builder } from './Builder';
import { ChartView } from './ChartView';
import { commonOf } from './common';
import { namesOf, t, type Names } from './naming';
import { PivotView } from './PivotView';
import { peakOf } from './peak';
import { isPeak, presetsOf, type Preset } from './presets';
import { addressOf, askedOf, faultsOf, lookOf, queryOf, strangersOf, VIEWS, type Asked, type Fault, type Look } from './state';
import { TableView, Totals } from './TableView';
import { Tools } from './Tools';

export default function Explore() {
  return (
    <Antd>
      <Page />
    </Antd>
  );
}

function Page() {
  const [params, setParams] = useSearchParams();
  const text = params.toString();
  const faults = useMemo(() => faultsOf(new URLSearchParams(text)), [text]);
  const asked = useMemo(() => (faults.length > 0 ? null : askedOf(new URLSearchParams(text))), [faults, text]);
  const given = { indicator: params.getAll('indicator'), subject: params.getAll('subject') };
  const look = lookOf(params);
  const moment = useMoment();
  const catalogue = useQuery(getExploreCatalogueOptions({ query: moment }));
  const ask = (next: Asked, as: Look) => setParams(addressOf(next, as, params));
  if (catalogue.isPending) return <Waiting />;
  if (catalogue.isError) return <ProblemNote error={catalogue.error} retry={() => void catalogue.refetch()} />;
  const presets = presetsOf(catalogue.data);
  return (
    <>
      <h1>{t('title')}</h1>
      <p className="muted explore-lead">{t('lead')}</p>
      {!catalogue.data.computes && <p className="note">{t('public_note')}</p>}
      {faults.length > 0 && <Unanswerable faults={faults} />}
      <Presets presets={presets} choose={(one) => ask(one.asked, one.look)} compact={asked !== null} />
      <details className="card" open={asked === null}>
        <summary>
          <h2>{t(asked === null ? 'builder' : 'change')}</h2>
        </summary>
        <Builder key={asked === null ? JSON.stringify(given) : ''} catalogue={catalogue.data} asked={asked} given={given} run={(next) => ask(next, look)} />
      </details>
      {asked !== null && <Answer asked={asked} look={look} catalogue={catalogue.data} change={(next) => ask(asked, next)} />}
    </>
  );
}

/** An address that somebody shortened or mistyped: what is wrong with it, before anything is chosen anew. */
function Unanswerable({ faults }: { faults: readonly Fault[] }) {
  return (
    <section className="note" role="alert">
      <h2>{t('unanswerable')}</h2>
      <Faults faults={faults} />
      <p>{t('unanswerable_what')}</p>
    </section>
  );
}

function Faults({ faults }: { faults: readonly Fault[] }) {
  return (
    <ul>
      {faults.map(({ part, said }) => (
        <li key={`${part} ${said}`}>{said === '' ? t('fault_missing', { part: t(`part.${part}`) }) : t('fault_unknown', { part: t(`part.${part}`), said })}</li>
      ))}
    </ul>
  );
}

/** A filter by a name that nobody uses, as a mistyped permalink has: it finds nothing, and that says why. */
function Strangers({ faults }: { faults: readonly Fault[] }) {
  if (faults.length === 0) return null;
  return (
    <section className="note" role="alert">
      <h3>{t('strangers')}</h3>
      <Faults faults={faults} />
    </section>
  );
}

function Presets({ presets, choose, compact }: { presets: Preset[]; choose: (one: Preset) => void; compact: boolean }) {
  if (presets.length === 0) return null;
  return (
    <section className="explore-presets" aria-label={t('presets')}>
      {presets.map((one) => (
        <button key={one.key} type="button" className={compact ? 'button button-small' : 'card explore-preset'} onClick={() => choose(one)}>
          <strong>{t(`preset.${one.key}`)}</strong>
          {!compact && <span className="muted">{t(`preset.${one.key}.what`, { first: one.asked.from, last: one.asked.to })}</span>}
        </button>
      ))}
    </section>
  );
}

interface AnswerProps {
  asked: Asked;
  look: Look;
  catalogue: CatalogueBody;
  change: (look: Look) => void;
}

function Answer({ asked, look, catalogue, change }: AnswerProps) {
  const moment = useMoment();
  const found = useQuery({ ...exploreOptions({ query: { ...queryOf(asked), ...moment } }), placeholderData: keepPreviousData });
  const names = useMemo(() => namesOf(catalogue, found.data), [catalogue, found.data]);
  if (found.isError) return <ProblemNote error={found.error} retry={() => void found.refetch()} />;
  if (found.isPending) return <Waiting label={t('loading')} />;
  return (
    <section className="explore-answer" aria-busy={found.isPlaceholderData}>
      <div className="explore-head">
        <h2>{titleOf(found.data, asked, names)}</h2>
        {found.data.synthetic && <span className="badge badge-synthetic">{t('synthetic')}</span>}
        <Segmented
          aria-label={t('view')}
          value={look.view}
          options={VIEWS.map((value) => ({ value, label: t(`view.${value}`) }))}
          onChange={(view) => change({ ...look, view })}
        />
      </div>
      <p className="muted explore-point">{t('as_of', { point: `${found.data.as_of.origin}@${String(found.data.as_of.size)}`, known: found.data.as_of.known.slice(0, 16).replace('T', ' ') })}</p>
      {isPeak(asked) && <PeakNote answer={found.data} names={names} />}
      <Strangers faults={strangersOf(asked, catalogue)} />
      <NothingFound answer={found.data} catalogue={catalogue} />
      <CommonLine answer={found.data} names={names} />
      <Tools answer={found.data} look={look} />
      <Shown answer={found.data} look={look} names={names} change={change} />
    </section>
  );
}

/** Where nobody says anything at all: of which periods something is known. */
function NothingFound({ answer, catalogue }: { answer: ExploreBody; catalogue: CatalogueBody }) {
  if (answer.cells.some((one) => one.voice.form !== 'absent')) return null;
  const known = catalogue.indicators.filter((one) => answer.indicators.some((other) => other.code === one.code));
  return (
    <section className="note">
      <h3>{t('nothing_found')}</h3>
      <p>{t('nothing_found_what')}</p>
      {known.map((one) => (
        <p key={one.code}>{t('known_span', { indicator: named(one), first: one.first ?? '—', last: one.last ?? '—' })}</p>
      ))}
    </section>
  );
}

/** What the series of one voice shows and no more: where its largest value lies, and its latest. */
function PeakNote({ answer, names }: { answer: ExploreBody; names: Names }) {
  const said = peakOf(answer.cells);
  const value = (cell: CellBody) => `${amountText(cell.amount)} ${unitText(cell.amount.unit)}`;
  return (
    <p className="note">
      {said !== null && (
        <>
          {t('peak_shows', {
            subject: names.subject(said.largest.subject), first: said.first.period, last: said.latest.period,
            year: said.largest.period, value: value(said.largest), latest: value(said.latest),
          })}{' '}
        </>
      )}
      {t('peak_note')} {answer.synthetic && <strong>{t('peak_synthetic')}</strong>}
    </p>
  );
}

/** What every value here has in common, said once; synthetic among it. */
function CommonLine({ answer, names }: { answer: ExploreBody; names: Names }) {
  const common = commonOf(answer.cells);
  const parts = [
    common.keyEnterprises ? t('key_enterprises') : '',
    common.stage === null ? '' : `${t('stage')}: ${names.stage(common.stage)}`,
    common.basis === null ? '' : `${t('basis')}: ${names.basis(common.basis)}`,
    common.world === null ? '' : `${t('world')}: ${names.world(common.world)}`,
  ].filter((one) => one !== '');
  if (parts.length === 0 && !common.synthetic) return null;
  return (
    <p className="explore-common">
      {t('common')}
      {parts.map((one) => (
        <span key={one}>{one}</span>
      ))}
      {common.synthetic && <span className="badge badge-synthetic">{t('synthetic')}</span>}
    </p>
  );
}

function Shown({ answer, look, names, change }: { answer: ExploreBody; look: Look; names: Names; change: (look: Look) => void }) {
  if (look.view === 'chart') return <ChartView answer={answer} look={look} names={names} change={change} />;
  if (look.view === 'pivot') return <PivotView answer={answer} look={look} names={names} change={change} />;
  return (
    <>
      <TableView cells={answer.cells} names={names} />
      <Totals answer={answer} names={names} />
    </>
  );
}

/** At most three names of each, then how many. */
function titleOf(answer: ExploreBody, asked: Asked, names: Names): string {
  const comma = either('、', '; ');
  const list = (all: string[]) => (all.length > 3 ? `${all.slice(0, 2).join(comma)} … (${String(all.length)})` : all.join(comma));
  const indicators = list(answer.indicators.map((one) => names.indicator(one.code)));
  const subjects = list(answer.subjects.map((one) => names.subject(one.id)));
  return `${indicators} · ${subjects} · ${asked.from === asked.to ? asked.from : `${asked.from}–${asked.to}`}`;
}
