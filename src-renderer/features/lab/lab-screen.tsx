import { type ReactNode, useEffect, useState } from 'react';
import type { LabExperiment, LabRequest } from '../../../src-main/shared/lab.ts';
import { useActions, useApp } from '../../stores/stores.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ExperimentCard } from './experiment-card.tsx';
import { LabForm } from './lab-form.tsx';
import { PassiveCard } from './passive-card.tsx';

const firstRequest: LabRequest = { model: 'gpt-5.5', accountId: null, pairs: 18, prompt: 'enumerate' };

/** Finds out whether fast helps here: experiments, and what ordinary traffic shows. */
export function LabScreen(): ReactNode {
  const actions = useActions();
  const isLive = useApp((state) => state.connection === 'live');
  const latest = useApp((state) => state.experiment);
  const [kept, setKept] = useState<readonly LabExperiment[] | null>(null);
  const [request, setRequest] = useState(firstRequest);
  useEffect(() => {
    if (isLive) void actions.ask('lab.list', null).then(setKept);
  }, [actions, isLive]);
  const take = (experiment: LabExperiment | null): void => {
    if (experiment !== null) setKept((known) => withExperiment(known ?? [], experiment));
  };
  const experiments = latest === null ? kept : withExperiment(kept ?? [], latest);
  const isRunning = experiments?.some(({ state }) => state === 'running') === true;
  return (
    <div className="figures">
      <header className="screen-head">
        <h1>Fast lab</h1>
      </header>
      <LabForm
        request={request}
        isRunning={isRunning}
        onRequest={setRequest}
        onStart={() => void actions.ask('lab.start', request).then(take)}
      />
      {experiments?.length === 0 ? (
        <div className="card">
          <EmptyState icon="lab" title="No experiment yet">
            <p>
              An experiment sends the same turn with and without fast, in pairs, and says whether the difference is
              real. Look at its cost above, then start it.
            </p>
          </EmptyState>
        </div>
      ) : null}
      {experiments?.map((experiment) => (
        <ExperimentCard
          key={experiment.id}
          experiment={experiment}
          onStop={() => void actions.ask('lab.stop', null).then(take)}
          onAgain={() => {
            setRequest(experiment.request);
            document.getElementById('main')?.scrollTo({ top: 0 });
          }}
        />
      ))}
      <PassiveCard />
    </div>
  );
}

/** Newest first; the further of two states of one experiment counts. */
function withExperiment(known: readonly LabExperiment[], experiment: LabExperiment): readonly LabExperiment[] {
  const before = known.find(({ id }) => id === experiment.id);
  if (before === undefined) return [experiment, ...known];
  if (before.endedAt !== null && experiment.endedAt === null) return known;
  return known.map((each) => (each.id === experiment.id ? experiment : each));
}
