import { Button, Segmented, Select, TreeSelect } from 'antd';
import { useEffect, useId, useState, type ReactNode } from 'react';

import type { CatalogueBody } from '../../client';
import { named } from '../../lib/language';
import { subjectName, t } from './naming';
import { cellsOf, fitted, GRAINS, openingYear, periodsBetween, regrained, type Asked, type Grain, type Known } from './state';

const LISTS = { stage: 'stages', basis: 'bases', world: 'worlds' } as const;

interface Props {
  catalogue: CatalogueBody;
  asked: Asked | null;
  /** What the address names where it is no whole question: the builder opens with it. */
  given: Pick<Asked, 'indicator' | 'subject'>;
  run: (asked: Asked) => void;
}

/** The question, put together from what the catalogue offers; nothing is asked before the button is pressed. */
export function Builder({ catalogue, asked, given, run }: Props) {
  const [draft, setDraft] = useState<Asked>(() => asked ?? begunOf(given, catalogue));
  useEffect(() => {
    if (asked !== null) setDraft(asked);
  }, [asked]);
  const change = (part: Partial<Asked>) => setDraft({ ...draft, ...part });
  const span = spanOf(draft, catalogue);
  const periods = span === null ? [] : periodsBetween(span.first, span.last, draft.grain);
  const cells = cellsOf(draft);
  const over = cells > catalogue.limit;
  const backwards = draft.from !== '' && draft.to !== '' && cells === 0 && draft.indicator.length > 0 && draft.subject.length > 0;
  const regrain = (grain: Grain) =>
    change({ grain, from: regrained(draft.from, grain, 'from'), to: regrained(draft.to, grain, 'to') });
  const options = periods.map((one) => ({ value: one, label: one }));
  return (
    <form
      className="explore-builder"
      onSubmit={(event) => {
        event.preventDefault();
        if (cells > 0 && !over) run(draft);
      }}
    >
      <Field label={t('indicators')} kind="explore-wide">
        {(id) => (
          <Select
            id={id} mode="multiple" value={draft.indicator} onChange={(indicator: string[]) => setDraft(fitted({ ...draft, indicator }, knownOf(indicator, catalogue)))}
            options={indicatorsOf(catalogue)} placeholder={t('choose_indicators')} optionFilterProp="label" maxTagCount="responsive" allowClear
          />
        )}
      </Field>
      <Field label={t('subjects')} kind="explore-wide">
        {(id) => (
          <TreeSelect
            id={id} treeCheckable treeCheckStrictly showSearch treeNodeFilterProp="title" allowClear maxTagCount="responsive"
            treeData={treeOf(catalogue)} value={draft.subject.map((value) => ({ value, label: nameOf(catalogue, value) }))}
            onChange={(chosen: { value: string }[]) => change({ subject: chosen.map((one) => one.value) })}
            placeholder={t('choose_subjects')} treeDefaultExpandedKeys={catalogue.subjects.filter((one) => one.parent === null).map((one) => one.id)}
            treeNodeLabelProp="title"
          />
        )}
      </Field>
      <div className="explore-quick">
        {catalogue.kinds.filter((kind) => ofKind(catalogue, kind.code).length > 1).map((kind) => (
          <Button key={kind.code} size="small" onClick={() => change({ subject: ofKind(catalogue, kind.code) })}>
            {t('all_of_kind', { kind: named(kind) })} ({ofKind(catalogue, kind.code).length})
          </Button>
        ))}
      </div>
      <Field label={t('grain')} kind="explore-grain">
        {(id) => (
          <Segmented<Grain>
            block id={id} aria-label={t('grain')} value={draft.grain} onChange={regrain}
            options={GRAINS.map((value) => ({ value, label: t(`grain.${value}`) }))}
          />
        )}
      </Field>
      <Field label={t('from')}>
        {(id) => <Select id={id} showSearch value={draft.from || undefined} options={options} onChange={(from: string) => change({ from })} />}
      </Field>
      <Field label={t('to')}>
        {(id) => <Select id={id} showSearch value={draft.to || undefined} options={options} onChange={(to: string) => change({ to })} />}
      </Field>
      {(['stage', 'basis', 'world'] as const).map((name) => (
        <Field key={name} label={t(name)}>
          {(id) => (
            <Select
              id={id} mode="multiple" allowClear value={draft[name]} placeholder={t('all')} maxTagCount="responsive" optionFilterProp="label"
              options={catalogue[LISTS[name]].map((one) => ({ value: one.code, label: named(one) }))}
              onChange={(value: string[]) => change({ [name]: value })}
            />
          )}
        </Field>
      ))}
      <div className="explore-run">
        <Button type="primary" htmlType="submit" disabled={cells === 0 || over}>
          {t('run')}
        </Button>
        <span role="status" className={over || backwards ? 'explore-bad' : 'muted'}>
          {backwards ? t('from_after_to') : over ? t('cells_over', { cells, limit: catalogue.limit }) : cells > 0 && t('cells', { cells })}
        </span>
      </div>
    </form>
  );
}

function Field({ label, kind = '', children }: { label: string; kind?: string; children: (id: string) => ReactNode }) {
  const id = useId();
  return (
    <div className={`explore-field ${kind}`}>
      <label htmlFor={id}>{label}</label>
      {children(id)}
    </div>
  );
}

function emptyOf(catalogue: CatalogueBody): Asked {
  const year = openingYear(catalogue.indicators, catalogue.as_of.known);
  return { indicator: [], subject: [], from: year, to: year, grain: 'year', world: [], basis: [], stage: [] };
}

/** A question begun with those of the given indicators and subjects that can be asked for. */
function begunOf(given: Props['given'], catalogue: CatalogueBody): Asked {
  const indicator = given.indicator.filter((code) => catalogue.indicators.some((one) => one.code === code));
  const subject = given.subject.filter((id) => catalogue.subjects.some((one) => one.id === id));
  return fitted({ ...emptyOf(catalogue), indicator, subject }, knownOf(indicator, catalogue));
}

/** Where something is known of any of the indicators, at grains that all of them have; null where none is chosen. */
function knownOf(codes: readonly string[], catalogue: CatalogueBody): Known | null {
  const chosen = catalogue.indicators.filter((one) => codes.includes(one.code));
  const firsts = chosen.map((one) => one.first).filter((one) => one !== null).sort();
  const lasts = chosen.map((one) => one.last).filter((one) => one !== null).sort();
  const [first, last] = [firsts.at(0), lasts.at(-1)];
  if (first === undefined || last === undefined) return null;
  return { first, last, grains: GRAINS.filter((grain) => chosen.every((one) => one.grains.includes(grain))) };
}

/** The months that can be asked for: those over which the chosen indicators are known, and what is asked already. */
function spanOf(draft: Asked, catalogue: CatalogueBody): { first: string; last: string } | null {
  const known = knownOf(draft.indicator, catalogue) ?? { first: catalogue.first ?? '', last: catalogue.last ?? '' };
  const ends = [known.first, known.last, regrained(draft.from, 'month', 'from'), regrained(draft.to, 'month', 'to')].filter((one) => one !== '').sort();
  const [first, last] = [ends.at(0), ends.at(-1)];
  return first === undefined || last === undefined ? null : { first, last };
}

function indicatorsOf(catalogue: CatalogueBody) {
  const option = (one: CatalogueBody['indicators'][number]) => ({ value: one.code, label: `${named(one)} (${one.unit})` });
  const groups = [
    { label: t('indicators.stated'), options: catalogue.indicators.filter((one) => one.method === null).map(option) },
    { label: t('indicators.computed'), options: catalogue.indicators.filter((one) => one.method !== null).map(option) },
  ];
  return groups.filter((one) => one.options.length > 0);
}

interface TreeNode {
  value: string;
  key: string;
  title: string;
  children: TreeNode[];
}

function treeOf(catalogue: CatalogueBody): TreeNode[] {
  const nodes = new Map<string, TreeNode>(catalogue.subjects.map((one) => [one.id, { value: one.id, key: one.id, title: subjectName(one, catalogue), children: [] }]));
  const roots: TreeNode[] = [];
  for (const one of catalogue.subjects) {
    const node = nodes.get(one.id);
    if (node === undefined) continue;
    const parent = one.parent === null ? undefined : nodes.get(one.parent);
    (parent?.children ?? roots).push(node);
  }
  return roots;
}

function nameOf(catalogue: CatalogueBody, id: string): string {
  const found = catalogue.subjects.find((one) => one.id === id);
  return found === undefined ? id : subjectName(found, catalogue);
}

function ofKind(catalogue: CatalogueBody, kind: string): string[] {
  return catalogue.subjects.filter((one) => one.kind === kind).map((one) => one.id);
}
