import type { ReactNode } from 'react';
import type { LabExperiment } from '../../../src-main/shared/lab.ts';
import { useNow } from '../../hooks/use-now.ts';
import { formatCount, formatCountOf, formatInstant, formatMs } from '../../lib/format.ts';
import { saveFile } from '../../lib/save-file.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { ArmsTable } from './arms-table.tsx';
import { IntervalPlot } from './interval-plot.tsx';
import { PairsTable } from './pairs-table.tsx';
import { VerdictBadge } from './verdict-badge.tsx';

interface ExperimentCardProps {
  readonly experiment: LabExperiment;
  readonly onStop: () => void;
  /** Puts its request into the form, where its cost is shown. */
  readonly onAgain: () => void;
}

/** One experiment: how far it is, or what it says, and every turn it rests on. */
export function ExperimentCard({ experiment, onStop, onAgain }: ExperimentCardProps): ReactNode {
  const { request, result, state, startedAt, endedAt, pairs, warmUps } = experiment;
  const isRunning = state === 'running';
  const ended = endedAt === null ? '' : `, took ${formatMs(endedAt - startedAt)}`;
  return (
    <Card
      title={`${request.model} on ${experiment.accountLabel}`}
      aside={<VerdictBadge state={state} result={result} />}
      className="lab-experiment"
    >
      <div className="figures-body">
        <p className="faint">
          {formatInstant(startedAt)}
          {ended} · effort {request.effort} ·{' '}
          {request.prompt === 'ok' ? 'the OK prompt, which only shows that it works' : 'counting aloud'}
          {state === 'stopped' ? ' · stopped early' : ''}
        </p>
        {experiment.problem === null ? null : (
          <p className="bad-text">
            {state === 'failed' ? 'It failed: ' : ''}
            {experiment.problem}
          </p>
        )}
        {isRunning ? <Progress experiment={experiment} onStop={onStop} /> : null}
        <p className="lab-sentence">
          {isRunning ? 'So far: ' : ''}
          {result.sentence}
        </p>
        {result.caution === null ? null : <p className="warn-text">{result.caution}</p>}
        <IntervalPlot result={result} pairs={pairs} />
        <ArmsTable standard={result.standard} priority={result.priority} tier={request.tier} />
        <p className="faint">
          The verdict rests on time per token alone, n = {formatCountOf(result.pairs, 'pair')} in{' '}
          {formatCountOf(result.blocks, 'whole block')} · {formatCount(result.flaggedPairs)} with outputs more than 10 %
          apart (kept) · {formatCountOf(result.failedTurns, 'failed turn')}
        </p>
        {pairs.length + warmUps.length === 0 ? null : (
          <details className="lab-turns">
            <summary>
              Every turn: {formatCountOf(pairs.length, 'pair')}, {formatCountOf(warmUps.length, 'warm-up')}
            </summary>
            <PairsTable pairs={pairs} warmUps={warmUps} tier={request.tier} />
          </details>
        )}
        {isRunning ? null : (
          <div className="add-buttons">
            <Button onClick={onAgain}>Run it again…</Button>
            <Button
              onClick={() => saveFile(`slipstream-bench-${experiment.id}.json`, JSON.stringify(experiment, null, 2))}
            >
              Save as JSON
            </Button>
          </div>
        )}
      </div>
    </Card>
  );
}

interface ProgressProps {
  readonly experiment: LabExperiment;
  readonly onStop: () => void;
}

function Progress({ experiment, onStop }: ProgressProps): ReactNode {
  const { startedAt, turnsDone, turnsTotal } = experiment;
  const now = useNow(1_000);
  const elapsedMs = Math.max(0, now - startedAt);
  const leftMs = turnsDone < 4 ? null : (elapsedMs / turnsDone) * (turnsTotal - turnsDone);
  return (
    <div className="lab-progress">
      <progress aria-label="Turns done" value={turnsDone} max={Math.max(1, turnsTotal)} />
      <span>
        {formatCount(turnsDone)} of {formatCount(turnsTotal)} turns
        {leftMs === null ? '' : `, about ${formatMs(leftMs)} left`}
      </span>
      <Button variant="danger" onClick={onStop} title="What was measured so far is kept">
        Stop
      </Button>
    </div>
  );
}
