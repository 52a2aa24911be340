import {
  type LabPair,
  type LabResult,
  type LabTurn,
  type LabVerdict,
  minBlocks,
  pairsPerBlock,
} from '../../shared/lab.ts';
import { median } from '../../shared/statistics.ts';
import { capital, defaultTier } from '../../shared/tiers.ts';
import { type BlockMean, blockInterval, blocksForPlainInterval } from './block-interval.ts';

/** What pairs of turns say about priority. Pure. */

const mostLengthDifference = 0.1;

const toPercent = (logRatio: number) => (Math.exp(logRatio) - 1) * 100;

/** Total time per output token: the primary outcome. */
function msPerToken(turn: Pick<LabTurn, 'totalMs' | 'outputTokens'>): number {
  return turn.totalMs / turn.outputTokens;
}

const counts = (turn: LabTurn) => turn.failure === null && turn.outputTokens > 0 && turn.totalMs > 0;

function logRatio({ standard, priority }: Pick<LabPair, 'standard' | 'priority'>): number | null {
  return counts(standard) && counts(priority) ? Math.log(msPerToken(priority) / msPerToken(standard)) : null;
}

/** Two turns as a pair. */
export function makePair(first: LabTurn, second: LabTurn): LabPair {
  const [standard, priority] = first.arm === 'standard' ? [first, second] : [second, first];
  const ratio = logRatio({ standard, priority });
  const [short = 0, long = 0] = [standard.outputTokens, priority.outputTokens].toSorted((a, b) => a - b);
  return {
    block: first.block,
    pair: first.pair,
    first: first.arm,
    standard,
    priority,
    effectPercent: ratio === null ? null : toPercent(ratio),
    lengthsDiffer: ratio !== null && long > short * (1 + mostLengthDifference),
  };
}

function middle(values: readonly number[]) {
  return { n: values.length, median: values.length === 0 ? null : median(values) };
}

/** The described figures of some turns. */
export function armFigures(turns: readonly Pick<LabTurn, 'firstTokenMs' | 'totalMs' | 'outputTokens'>[]) {
  const perSecond = turns.flatMap(({ firstTokenMs, totalMs, outputTokens }) =>
    firstTokenMs === null || totalMs <= firstTokenMs ? [] : [(outputTokens * 1000) / (totalMs - firstTokenMs)],
  );
  return {
    firstTokenMs: middle(turns.flatMap(({ firstTokenMs }) => firstTokenMs ?? [])),
    totalMs: middle(turns.map(({ totalMs }) => totalMs)),
    tokensPerSecond: middle(perSecond),
    msPerToken: middle(turns.map(msPerToken)),
  };
}

function verdictOf(blocks: number, low: number | null, high: number | null): LabVerdict {
  if (blocks < minBlocks || low === null || high === null) return 'not-enough-data';
  if (high < 0) return 'faster';
  return low > 0 ? 'slower' : 'no-difference';
}

const inWords = (percent: number) => `${Math.abs(percent).toFixed(1)} % ${percent < 0 ? 'less' : 'more'}`;

function sentenceOf(
  verdict: LabVerdict,
  tier: string,
  figures: Pick<LabResult, 'effectPercent' | 'lowPercent' | 'highPercent' | 'pairs' | 'blocks'>,
) {
  const { effectPercent, lowPercent, highPercent, pairs, blocks } = figures;
  if (verdict === 'not-enough-data' || effectPercent === null || lowPercent === null || highPercent === null) {
    return `Not enough data: ${blocks} of the ${minBlocks} blocks that a verdict needs are complete.`;
  }
  const interval = `95 % interval ${lowPercent.toFixed(1)} to ${highPercent.toFixed(1)} %, ${pairs} pairs in ${blocks} blocks`;
  switch (verdict) {
    case 'faster':
      return `${capital(tier)} was faster: ${inWords(effectPercent)} time for each output token (${interval}).`;
    case 'slower':
      return `${capital(tier)} was slower: ${inWords(effectPercent)} time for each output token (${interval}).`;
    case 'no-difference':
      return `No measurable difference: ${inWords(effectPercent)} time for each output token (${interval}).`;
  }
}

/** Under alike sockets this is passed in one experiment of twenty with six blocks: F with 5 and 12 degrees of freedom. */
const spreadWorthTelling = 3.11;

function cautionOf(blocks: number, interval: BlockMean | null): string | null {
  if (interval === null || blocks >= blocksForPlainInterval || interval.spreadRatio <= spreadWorthTelling) return null;
  return (
    'The sockets differed more than the turns on them. With so few blocks the interval may then be too narrow: ' +
    `run ${blocksForPlainInterval * pairsPerBlock} pairs or more to be sure.`
  );
}

/** The result of some pairs. Only whole blocks count towards the interval; the figures beside it describe every turn. */
export function analyse(pairs: readonly LabPair[], tier: string = defaultTier.id): LabResult {
  const byBlock = Map.groupBy(pairs, ({ block }) => block);
  const blocks = [...byBlock.values()]
    .map((block) => block.flatMap((pair) => logRatio(pair) ?? []))
    .filter((ratios) => ratios.length === pairsPerBlock);
  const interval = blocks.length >= minBlocks ? blockInterval(blocks) : null;
  const ratios = blocks.flat();
  const effect = ratios.length === 0 ? null : ratios.reduce((total, ratio) => total + ratio, 0) / ratios.length;
  const lowPercent = interval === null ? null : toPercent(interval.mean - interval.halfWidth);
  const highPercent = interval === null ? null : toPercent(interval.mean + interval.halfWidth);
  const verdict = verdictOf(blocks.length, lowPercent, highPercent);
  const figures = {
    effectPercent: effect === null ? null : toPercent(effect),
    lowPercent,
    highPercent,
    pairs: ratios.length,
    blocks: blocks.length,
  };
  const turns = pairs.flatMap(({ standard, priority }) => [standard, priority]);
  return {
    verdict,
    sentence: sentenceOf(verdict, tier, figures),
    caution: cautionOf(blocks.length, interval),
    ...figures,
    flaggedPairs: pairs.filter(({ lengthsDiffer }) => lengthsDiffer).length,
    failedTurns: turns.filter(({ failure }) => failure !== null).length,
    standard: armFigures(turns.filter((turn) => turn.arm === 'standard' && counts(turn))),
    priority: armFigures(turns.filter((turn) => turn.arm === 'priority' && counts(turn))),
  };
}
