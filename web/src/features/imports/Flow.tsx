import { useQuery } from '@tanstack/react-query';
import { Steps } from 'antd';
import { Link, useParams, useSearchParams } from 'react-router';

import type { ImportBody } from '../../client';
import { getImportOptions } from '../../client/@tanstack/react-query.gen';
import { ProblemNote } from '../../components/ProblemNote';
import { Waiting } from '../../components/Waiting';
import { keeping } from '../../lib/moment';
import { CheckStep } from './CheckStep';
import { CommitStep } from './CommitStep';
import { Drop } from './List';
import { MapStep } from './MapStep';
import { size, t, word } from './text';
import { isSame, send, type Progress } from './upload';

const NAMES = ['file', 'map', 'check', 'commit'] as const;
type Step = (typeof NAMES)[number];

/** The step that a state has come to. */
function standing(one: ImportBody): Step {
  if (one.state === 'uploading') return 'file';
  if (one.state === 'uploaded') return 'map';
  if (['committing', 'committed', 'kept'].includes(one.state)) return 'commit';
  return 'check';
}

/** One import: the step is in the address, so that a reload goes on where one was. */
export function Flow() {
  const { id = '' } = useParams();
  const [params, setParams] = useSearchParams();
  const found = useQuery({
    ...getImportOptions({ path: { name: id } }),
    staleTime: 0,
    refetchInterval: (query) => (['checking', 'committing'].includes(query.state.data?.state ?? '') ? 600 : false),
  });
  if (found.isPending) return <Waiting />;
  if (found.isError) return <ProblemNote error={found.error} retry={() => void found.refetch()} />;
  const one = found.data;
  const reached = standing(one);
  const asked = NAMES.find((name) => name === params.get('step'));
  const step = asked !== undefined && allowed(asked, one) ? asked : reached;
  const go = (next: Step | null) => {
    const changed = new URLSearchParams(params);
    if (next === null) changed.delete('step');
    else changed.set('step', next);
    setParams(changed);
  };
  const refresh = async () => {
    await found.refetch();
  };
  return (
    <>
      <p>
        <Link to={`/imports${keeping(params)}`}>← {t('back')}</Link>
      </p>
      <h1 className="imports-name">
        {one.name} <span className="muted imports-size">{size(one.size)} · {word('state', one.state)}</span>
      </h1>
      <Steps
        className="imports-steps"
        size="small"
        responsive={false}
        titlePlacement="vertical"
        current={NAMES.indexOf(step)}
        onChange={(at) => {
          const next = NAMES[at];
          if (next !== undefined) go(next);
        }}
        items={NAMES.map((name) => ({ title: t(`step_${name}`), disabled: !allowed(name, one) }))}
      />
      {step === 'file' && <FileStep one={one} done={refresh} />}
      {step === 'map' && <MapStep one={one} done={async () => { await refresh(); go(null); }} />}
      {step === 'check' && <CheckStep one={one} refresh={refresh} go={go} />}
      {step === 'commit' && <CommitStep one={one} refresh={refresh} />}
    </>
  );
}

/** Which steps may be opened now: earlier ones as long as nothing is received, the last once it was checked. */
function allowed(step: Step, one: ImportBody): boolean {
  const open = ['uploaded', 'mapped', 'checked', 'refused'].includes(one.state);
  if (step === 'file') return one.state === 'uploading';
  if (step === 'map') return open;
  if (step === 'check') return one.state !== 'uploading' && one.mapped && !['committing', 'committed', 'kept'].includes(one.state);
  return ['checked', 'committing', 'committed', 'kept'].includes(one.state);
}

function FileStep({ one, done }: { one: ImportBody; done: () => Promise<void> }) {
  const resume = async (file: File, tell: (now: Progress) => void, stop: AbortSignal) => {
    if (!(await isSame(file, one, tell))) throw new Error(t('other_file', { name: one.name }));
    await send(file, one, tell, stop);
    await done();
  };
  return (
    <section className="imports-step">
      <div className="note imports-waits">
        <p>
          <strong>{t('have_parts', { have: one.upload.have.length, parts: one.upload.parts })}</strong>
        </p>
        <p>{t('again', { name: one.name })}</p>
      </div>
      <Drop what={t('drop_again', { name: one.name, size: size(one.size) })} send={resume} />
    </section>
  );
}
