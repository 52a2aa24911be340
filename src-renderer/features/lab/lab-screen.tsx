import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { LabExperiment } from '../../../src-main/shared/lab.ts';
import { mostLabPairs } from '../../../src-main/shared/lab-design.ts';
import { defaultTier } from '../../../src-main/shared/tiers.ts';
import { useAnswer } from '../../hooks/use-answer.ts';
import { useTraceChoices } from '../../hooks/use-trace-choices.ts';
import { changeAnswer } from '../../stores/queries.ts';
import { useActions, useApp, useStores, useUi, useWords } from '../../stores/stores.ts';
import cardStyles from '../../ui/card.module.css';
import { EmptyState } from '../../ui/empty-state.tsx';
import figuresStyles from '../../ui/figures.module.css';
import { ScreenHead } from '../../ui/screen-head.tsx';
import textStyles from '../../ui/text.module.css';
import { noChoices } from '../../ui/trace-filter-bar.tsx';
import { Unanswered } from '../../ui/unanswered.tsx';
import { ExperimentCard } from './experiment-card.tsx';
import { KeptTable } from './kept-table.tsx';
import { type FormRequest, LabForm } from './lab-form.tsx';
import { PassiveCard } from './passive-card.tsx';

const firstRequest: FormRequest = {
  kind: 'pairs',
  model: 'gpt-5.5',
  tier: defaultTier.id,
  accountId: null,
  pairs: 24,
  regionPercent: 10,
  conditions: ['transport', 'originator', 'hint'],
  prompt: 'enumerate',
  effort: 'low',
};

/** Finds out whether fast helps here: experiments, and what ordinary traffic shows. */
export function LabScreen(): ReactNode {
  const actions = useActions();
  const latest = useApp((state) => state.experiment);
  const { queries, ui } = useStores();
  const { t } = useWords();
  const choices = useTraceChoices() ?? noChoices;
  const { answered, failed, readAgain } = useAnswer('lab.list', null);
  const kept = answered?.value ?? null;
  const shownId = useUi((state) => state.route.experimentId);
  const place = useRef<HTMLDivElement>(null);
  const [request, setRequest] = useState(firstRequest);
  const take = (experiment: LabExperiment | null): void => {
    if (experiment !== null) changeAnswer(queries, ['lab.list', null], (known) => withExperiment(known, experiment));
  };
  const start = async (): Promise<void> => {
    const { kind, model, tier, accountId, pairs, regionPercent } = request;
    const experiment =
      kind === 'coin'
        ? await actions.ask('coin.start', { model, tier, accountId, pairs, regionPercent })
        : await actions.ask('lab.start', { ...request, kind });
    take(experiment);
    if (experiment !== null) ui.getState().openExperiment(experiment.id);
  };
  const leave = async (id: string): Promise<void> => take(await actions.ask('coin.stop', { id }));
  const again = (experiment: LabExperiment): void => {
    setRequest({ ...experiment.request, pairs: Math.min(experiment.request.pairs, mostLabPairs) });
    document.getElementById('main')?.scrollTo({ top: 0 });
  };
  const experiments = latest === null ? kept : withExperiment(kept ?? [], latest);
  const isRunning =
    experiments?.some(({ state, coin }) => coin === null && (state === 'running' || state === 'asking')) === true;
  const shown = shownId === undefined ? experiments?.[0] : experiments?.find(({ id }) => id === shownId);
  const isFound = shownId !== undefined && shown !== undefined;
  // A link leads to the card, which stands below the form.
  useEffect(() => {
    if (isFound && shownId !== undefined) place.current?.scrollIntoView({ block: 'start' });
  }, [shownId, isFound]);
  return (
    <div className={figuresStyles.figures}>
      <ScreenHead title={t('screens.lab')} />
      <LabForm
        request={request}
        models={choices.model.map(({ value }) => value)}
        isRunning={isRunning}
        onRequest={setRequest}
        onStart={() => void start()}
      />
      <Unanswered failed={failed} onAgain={readAgain} />
      {experiments?.length === 0 ? (
        <div className={cardStyles.card}>
          <EmptyState icon="lab" title={t('lab.none')}>
            <p>{t('lab.none.what')}</p>
          </EmptyState>
        </div>
      ) : null}
      {shownId !== undefined && experiments !== null && shown === undefined ? (
        <p className={textStyles.warnText} role="status">
          {t('lab.kept.gone')}
        </p>
      ) : null}
      {shown === undefined ? null : (
        <div ref={place}>
          <ExperimentCard
            key={shown.id}
            experiment={shown}
            onStop={() => void (shown.coin === null ? actions.ask('lab.stop', null).then(take) : leave(shown.id))}
            onConfirm={() => void actions.ask('lab.confirm', { id: shown.id }).then(take)}
            onAgain={() => again(shown)}
            onContinue={(pairs) => void actions.ask('lab.continue', { id: shown.id, pairs }).then(take)}
          />
        </div>
      )}
      {experiments === null || experiments.length === 0 ? null : (
        <KeptTable experiments={experiments} shownId={shown?.id ?? null} onAgain={again} />
      )}
      <PassiveCard choices={choices} />
    </div>
  );
}

/** Newest first; the further of two states of one experiment counts. */
function withExperiment(known: readonly LabExperiment[], experiment: LabExperiment): LabExperiment[] {
  const before = known.find(({ id }) => id === experiment.id);
  if (before === undefined) return [experiment, ...known];
  if (before.endedAt !== null && experiment.endedAt === null && experiment.pauses.length <= before.pauses.length)
    return [...known];
  return known.map((each) => (each.id === experiment.id ? experiment : each));
}
