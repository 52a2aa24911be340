import type { ReactNode } from 'react';
import type { LabExperiment } from '../../../src-main/shared/lab.ts';
import { methodLines } from '../../../src-main/shared/lab-method.ts';
import { experimentSentences } from '../../../src-main/shared/lab-words.ts';
import { useWords } from '../../stores/stores.ts';
import { Card } from '../../ui/card.tsx';
import figuresStyles from '../../ui/figures.module.css';
import textStyles from '../../ui/text.module.css';
import { ArmsTable } from './arms-table.tsx';
import { CoinPart } from './coin-part.tsx';
import { ContinuePart } from './continue-part.tsx';
import { EvidenceTable } from './evidence-table.tsx';
import labStyles from './lab.module.css';
import { CoinProgress, LabProgress } from './lab-progress.tsx';
import { LooksPlot } from './looks-plot.tsx';
import { PairsTable } from './pairs-table.tsx';
import { ResultActions } from './result-actions.tsx';
import { provenance, restsText } from './result-text.ts';
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
  const { request, result, state, pairs, search, form, coin, accountLabel: account } = experiment;
  const words = useWords();
  const { t } = words;
  const { model } = request;
  const isOpen = state === 'running' || state === 'asking';
  return (
    <Card
      title={t(coin === null ? 'lab.title' : 'lab.coin.title', { model, account })}
      aside={<VerdictBadge state={state} result={result} search={search} />}
    >
      <div className={figuresStyles.figuresBody}>
        <p className={textStyles.faint}>{provenance(words, experiment)}</p>
        <Problems experiment={experiment} />
        {isOpen && coin === null ? <LabProgress experiment={experiment} onStop={onStop} /> : null}
        {isOpen && coin !== null ? <CoinProgress experiment={experiment} coin={coin} onStop={onStop} /> : null}
        {search === null ? null : (
          <SearchPart experiment={experiment} search={search} onConfirm={onConfirm} onStop={onStop} />
        )}
        {search === null ? null : <h3>{t('lab.official')}</h3>}
        <Verdict experiment={experiment} isOpen={isOpen} />
        <LooksPlot looks={result.looks} regionPercent={request.regionPercent} pairs={search === null ? pairs : []} />
        {coin === null ? (
          <ArmsTable standard={result.standard} priority={result.priority} tier={request.tier} />
        ) : (
          <CoinPart coin={coin} request={request} />
        )}
        {form === 'blocks' || coin !== null ? null : <EvidenceTable evidence={result.evidence} tier={request.tier} />}
        {coin !== null ? null : <p className={textStyles.faint}>{restsText(words, experiment)}</p>}
        <details className={figuresStyles.figuresDetails}>
          <summary>{t('lab.method')}</summary>
          {methodLines(words, experiment).map((line) => (
            <p key={line}>{line}</p>
          ))}
        </details>
        {pairs.length === 0 ? null : (
          <details className={figuresStyles.figuresDetails}>
            <summary>
              {coin === null ? t('lab.every', { n: pairs.length }) : t('lab.coin.every', { count: pairs.length })}
            </summary>
            <PairsTable pairs={pairs} tier={request.tier} />
          </details>
        )}
        {isOpen ||
        search !== null ||
        coin !== null ||
        (result.verdict !== 'undecided' && result.verdict !== 'not-enough-data') ? null : (
          <ContinuePart key={experiment.pauses.length} experiment={experiment} onContinue={onContinue} />
        )}
        {isOpen ? null : <ResultActions experiment={experiment} onAgain={onAgain} />}
      </div>
    </Card>
  );
}

interface VerdictProps {
  readonly experiment: LabExperiment;
  readonly isOpen: boolean;
}

/** The verdict in sentences; while it runs, that of the last look. */
function Verdict({ experiment, isOpen }: VerdictProps): ReactNode {
  const words = useWords();
  const { t } = words;
  const { result, search, form } = experiment;
  const { sentence, notes } = experimentSentences(words, experiment, result);
  const n = result.looks.at(-1)?.n ?? null;
  return (
    <>
      <p
        className={search === null ? labStyles.labSentence : undefined}
        data-words={form === 'blocks' ? 'as they came' : undefined}
      >
        {isOpen && n !== null ? t('lab.atLook', { n, sentence }) : sentence}
      </p>
      {notes.map((note) => (
        <p key={note} className={textStyles.warnText}>
          {note}
        </p>
      ))}
    </>
  );
}

/** Why it failed, was cut off, or is not on disk. */
function Problems({ experiment: { problem, state, unkept } }: Pick<ExperimentCardProps, 'experiment'>) {
  const { t, told } = useWords();
  const said = problem === null ? null : told(problem);
  return (
    <>
      {said === null ? null : (
        <p className={textStyles.badText}>{state === 'failed' ? t('lab.failed', { problem: said }) : said}</p>
      )}
      {unkept === null ? null : (
        <p className={textStyles.badText} role="alert" data-words="as they came">
          {t('lab.unkept', { problem: told(unkept) })}
        </p>
      )}
    </>
  );
}
