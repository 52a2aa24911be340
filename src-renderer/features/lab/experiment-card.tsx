import type { ReactNode } from 'react';
import type { LabExperiment, LabVerdict } from '../../../src-main/shared/lab.ts';
import { formatCount, formatInstant } from '../../lib/format.ts';
import { Badge, type Tone } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { ArmsTable } from './arms-table.tsx';
import { IntervalPlot } from './interval-plot.tsx';

interface ExperimentCardProps {
  readonly experiment: LabExperiment;
  readonly onStop: () => void;
  /** Puts its request into the form, where its cost is shown. */
  readonly onAgain: () => void;
}

const verdicts: Record<LabVerdict, readonly [Tone, string]> = {
  faster: ['good', 'faster'],
  slower: ['bad', 'slower'],
  'no-difference': ['quiet', 'no measurable difference'],
  'not-enough-data': ['warn', 'not enough data'],
};

/** One experiment: how far it is, or what it says. */
export function ExperimentCard({ experiment, onStop, onAgain }: ExperimentCardProps): ReactNode {
  const { result, state, turnsDone, turnsTotal } = experiment;
  const isRunning = state === 'running';
  const [tone, word] = verdicts[result.verdict];
  return (
    <Card
      title={`${experiment.request.model} on ${experiment.accountLabel}`}
      aside={isRunning ? <Badge tone="accent">running</Badge> : <Badge tone={tone}>{word}</Badge>}
    >
      <div className="figures-body">
        <p className="faint">
          {formatInstant(experiment.startedAt)}
          {state === 'stopped' ? ', stopped early' : ''}
        </p>
        {experiment.problem === null ? null : <p className="bad-text">{experiment.problem}</p>}
        {isRunning ? (
          <label className="lab-progress">
            <progress value={turnsDone} max={Math.max(1, turnsTotal)} />
            <span>
              {formatCount(turnsDone)} of {formatCount(turnsTotal)} turns
            </span>
          </label>
        ) : null}
        <p className="lab-sentence">
          {isRunning ? 'So far: ' : ''}
          {result.sentence}
        </p>
        <IntervalPlot result={result} />
        <p className="faint">
          n = {formatCount(result.pairs)} pairs in {formatCount(result.blocks)} blocks ·{' '}
          {formatCount(result.flaggedPairs)} with answers of different length · {formatCount(result.failedTurns)} failed
          turns
        </p>
        <ArmsTable standard={result.standard} priority={result.priority} />
        <div className="add-buttons">
          {isRunning ? (
            <Button variant="danger" onClick={onStop}>
              Stop
            </Button>
          ) : (
            <Button onClick={onAgain}>Run it again…</Button>
          )}
        </div>
      </div>
    </Card>
  );
}
