import { type ReactNode, useRef } from 'react';
import type { LabCoin, LabExperiment } from '../../../src-main/shared/lab.ts';
import { methodLines } from '../../../src-main/shared/lab-method.ts';
import { useNow } from '../../hooks/use-now.ts';
import { drawCard } from '../../lib/draw-card.ts';
import { formatCount, formatCountOf, formatMs } from '../../lib/format.ts';
import { saveBlob, saveFile } from '../../lib/save-file.ts';
import { useActions, useWords } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import figuresStyles from '../../ui/figures.module.css';
import layoutStyles from '../../ui/layout.module.css';
import textStyles from '../../ui/text.module.css';
import { ArmsTable } from './arms-table.tsx';
import { CoinPart } from './coin-part.tsx';
import { ContinuePart } from './continue-part.tsx';
import { EvidenceTable } from './evidence-table.tsx';
import styles from './experiment-card.module.css';
import labStyles from './lab.module.css';
import { LooksPlot } from './looks-plot.tsx';
import { PairsTable } from './pairs-table.tsx';
import { provenance, resultText } from './result-text.ts';
import { SearchPart } from './search-card.tsx';
import { VerdictBadge } from './verdict-badge.tsx';

interface ExperimentCardProps {
  readonly experiment: LabExperiment;
  readonly onStop: () => void;
  readonly onConfirm: () => void;
  /** Puts its request into the form, where its cost is shown. */
  readonly onAgain: () => void;
  readonly onContinue: (pairs: number) => void;
}

/** One experiment: how far it is, or what it says, and every turn it rests on. */
export function ExperimentCard({ experiment, onStop, onConfirm, onAgain, onContinue }: ExperimentCardProps): ReactNode {
  const { request, result, state, pairs, search, form, coin } = experiment;
  const { t } = useWords();
  const isOpen = state === 'running' || state === 'asking';
  return (
    <Card
      title={
        coin === null
          ? `${request.model} on ${experiment.accountLabel}`
          : t('lab.coin.title', { model: request.model, account: experiment.accountLabel })
      }
      aside={<VerdictBadge state={state} result={result} search={search} />}
    >
      <div className={figuresStyles.figuresBody}>
        <p className={textStyles.faint}>
          {provenance(experiment)}
          {coin !== null ? '' : ` · ${promptTexts[request.prompt]}`}
          {state === 'stopped' ? ' · stopped early' : ''}
        </p>
        {experiment.problem === null ? null : (
          <p className={textStyles.badText}>
            {state === 'failed' ? 'It failed: ' : ''}
            {experiment.problem}
          </p>
        )}
        {isOpen && coin === null ? <Progress experiment={experiment} onStop={onStop} /> : null}
        {isOpen && coin !== null ? <CoinProgress experiment={experiment} coin={coin} onStop={onStop} /> : null}
        {search === null ? null : (
          <SearchPart experiment={experiment} search={search} onConfirm={onConfirm} onStop={onStop} />
        )}
        {search === null ? null : <h3>As the official client sends it</h3>}
        <p className={search === null ? labStyles.labSentence : undefined}>
          {isOpen && result.looks.length > 0 ? `At the last look, n = ${result.looks.at(-1)?.n ?? 0}: ` : ''}
          {result.sentence}
        </p>
        {result.notes.map((note) => (
          <p key={note} className={textStyles.warnText}>
            {note}
          </p>
        ))}
        <LooksPlot looks={result.looks} regionPercent={request.regionPercent} pairs={search === null ? pairs : []} />
        {coin === null ? (
          <ArmsTable standard={result.standard} priority={result.priority} tier={request.tier} />
        ) : (
          <CoinPart coin={coin} request={request} endedAt={experiment.endedAt} />
        )}
        {form === 'blocks' || coin !== null ? null : <EvidenceTable evidence={result.evidence} />}
        {coin !== null ? null : (
          <p className={textStyles.faint}>
            The verdict rests on time per token alone, n = {formatCountOf(result.pairs, 'complete pair')} ·{' '}
            {formatCount(result.flaggedPairs)} with outputs more than 10 % apart (kept) ·{' '}
            {formatCountOf(result.failedTurns, 'failed turn')}
          </p>
        )}
        <details className={figuresStyles.figuresDetails}>
          <summary>How it was measured</summary>
          {methodLines(experiment).map((line) => (
            <p key={line}>{line}</p>
          ))}
        </details>
        {pairs.length === 0 ? null : (
          <details className={figuresStyles.figuresDetails}>
            <summary>
              {coin === null
                ? `Every turn: ${formatCountOf(pairs.length, 'pair')}`
                : t('lab.coin.every', { count: pairs.length })}
            </summary>
            <PairsTable pairs={pairs} tier={request.tier} />
          </details>
        )}
        {isOpen ||
        search !== null ||
        coin !== null ||
        (result.verdict !== 'undecided' && result.morePairs === null) ? null : (
          <ContinuePart key={experiment.pauses.length} experiment={experiment} onContinue={onContinue} />
        )}
        {isOpen ? null : <ResultActions experiment={experiment} onAgain={onAgain} />}
      </div>
    </Card>
  );
}

const promptTexts = {
  ok: 'the OK prompt, which only shows that it works',
  enumerate: 'counting aloud',
} as const;

function ResultActions({ experiment, onAgain }: Pick<ExperimentCardProps, 'experiment' | 'onAgain'>): ReactNode {
  const { copyText } = useActions();
  const place = useRef<HTMLDivElement>(null);
  const name = `slipstream-bench-${experiment.id}`;
  const savePicture = async (): Promise<void> => {
    const picture = await drawCard(resultText(experiment), place.current ?? document.body);
    if (picture !== null) saveBlob(`${name}.png`, picture);
  };
  return (
    <div className={layoutStyles.addButtons} ref={place}>
      {experiment.coin === null ? <Button onClick={onAgain}>Run it again…</Button> : null}
      <CopyButton label="Copy as text" copy={() => copyText(resultText(experiment), 'Result')} />
      <Button onClick={() => void savePicture()}>Save as PNG</Button>
      <Button onClick={() => saveFile(`${name}.json`, JSON.stringify(experiment, null, 2))}>Save as JSON</Button>
    </div>
  );
}

function CoinProgress({
  experiment,
  coin,
  onStop,
}: Pick<ExperimentCardProps, 'experiment' | 'onStop'> & { readonly coin: LabCoin }): ReactNode {
  const { t } = useWords();
  const { result, request } = experiment;
  return (
    <div className={styles.labProgress}>
      <progress aria-label={t('lab.coin.pairs')} value={result.pairs} max={request.pairs} />
      <span title={t('lab.coin.idle')}>
        {t('lab.coin.progress', { pairs: result.pairs, most: request.pairs, open: coin.open })}
      </span>
      <Button variant="danger" onClick={onStop}>
        {t('lab.coin.leave')}
      </Button>
    </div>
  );
}

function Progress({ experiment, onStop }: Pick<ExperimentCardProps, 'experiment' | 'onStop'>): ReactNode {
  const { startedAt, pauses, turnsDone, turnsTotal, state } = experiment;
  const now = useNow(1_000);
  const pausedMs = pauses.reduce((total, { fromMs, toMs }) => total + toMs - fromMs, 0);
  const elapsedMs = Math.max(0, now - startedAt - pausedMs);
  const leftMs = turnsDone < 4 || state === 'asking' ? null : (elapsedMs / turnsDone) * (turnsTotal - turnsDone);
  return (
    <div className={styles.labProgress}>
      <progress aria-label="Turns done" value={turnsDone} max={Math.max(1, turnsTotal)} />
      <span>
        {formatCount(turnsDone)} of at most {formatCount(turnsTotal)} turns
        {leftMs === null ? '' : `, at most ${formatMs(leftMs)} left`}
      </span>
      <Button
        variant="danger"
        onClick={onStop}
        title="What was measured so far is kept; no verdict is less true for it"
      >
        Stop
      </Button>
    </div>
  );
}
