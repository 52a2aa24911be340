import type { LabEvidence, LabPair, LabTurn } from '../../shared/lab.ts';
import { median } from '../../shared/statistics.ts';
import { oddsInterval } from './odds.ts';

/** Pairs of turns, and what is to be seen in them beside their ratio. Pure. */

const mostLengthDifference = 0.1;
/** Times the median of its arm from which a turn has stalled. */
const stallFactor = 2;

/** The change that a log ratio stands for, in percent. */
export const toPercent = (logRatio: number) => (Math.exp(logRatio) - 1) * 100;

/** Total time per output token: the primary outcome. */
export function msPerToken(turn: Pick<LabTurn, 'totalMs' | 'outputTokens'>): number {
  return turn.totalMs / turn.outputTokens;
}

/** Whether a turn's time says anything. */
export function counts(turn: Pick<LabTurn, 'failure' | 'outputTokens' | 'totalMs'>): boolean {
  return turn.failure === null && turn.outputTokens > 0 && turn.totalMs > 0;
}

/** Log of priority's time per token over standard's; null where a turn failed. */
export function logRatio({ standard, priority }: Pick<LabPair, 'standard' | 'priority'>): number | null {
  return counts(standard) && counts(priority) ? Math.log(msPerToken(priority) / msPerToken(standard)) : null;
}

/** Two turns as a pair. */
export function makePair(pair: number, first: LabTurn, second: LabTurn): LabPair {
  const [standard, priority] = first.arm === 'standard' ? [first, second] : [second, first];
  const ratio = logRatio({ standard, priority });
  const [short = 0, long = 0] = [standard.outputTokens, priority.outputTokens].toSorted((a, b) => a - b);
  return {
    pair,
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

/** Turns in the order they ran. */
export function inOrder(pairs: readonly LabPair[]): readonly LabTurn[] {
  return pairs.flatMap(({ first, standard, priority }) =>
    first === 'standard' ? [standard, priority] : [priority, standard],
  );
}

/** A rise of whole per cents from one reading to the next belongs to the turn that the first began. */
function quotaSteps(pairs: readonly LabPair[]): LabEvidence['quota'] {
  let [steps, duringPriority, readings] = [0, 0, 0];
  const turns = inOrder(pairs);
  turns.forEach((turn, index) => {
    const next = turns[index + 1];
    // What was drawn while the experiment paused is not its own.
    if (index % 2 === 1 && pairs[(index + 1) / 2]?.afterPause === true) return;
    if (turn.quotaPercent === null || next?.quotaPercent == null) return;
    readings += 1;
    const rise = Math.round(next.quotaPercent) - Math.round(turn.quotaPercent);
    // A window that was reset in between says nothing.
    if (rise <= 0) return;
    steps += rise;
    if (turn.arm === 'priority') duringPriority += rise;
  });
  return readings === 0 ? null : { steps, duringPriority, ...oddsInterval(duringPriority, steps) };
}

function byArm(turns: readonly LabTurn[]): { readonly standard: number; readonly priority: number } {
  const priority = turns.filter(({ arm }) => arm === 'priority').length;
  return { standard: turns.length - priority, priority };
}

/** Echoed tiers, failures, stalls and quota steps, by arm. */
export function evidenceOf(pairs: readonly LabPair[]): LabEvidence {
  const turns = inOrder(pairs);
  const good = turns.filter(counts);
  const echoes = Map.groupBy(good, ({ arm, tierEchoed }) => JSON.stringify([arm, tierEchoed]));
  const stalled = good.filter((turn) => {
    const arm = good.filter((each) => each.arm === turn.arm).map(msPerToken);
    return msPerToken(turn) > stallFactor * median(arm);
  });
  return {
    echoes: [...echoes.values()].flatMap((list) => {
      const [turn] = list;
      return turn === undefined ? [] : [{ arm: turn.arm, echoed: turn.tierEchoed, n: list.length }];
    }),
    failures: byArm(turns.filter(({ failure }) => failure !== null)),
    stalls: byArm(stalled),
    quota: quotaSteps(pairs),
  };
}

/** Pairs of which both turns say something. */
export function completePairs(pairs: readonly LabPair[]): number {
  return pairs.filter((pair) => logRatio(pair) !== null).length;
}

/** Where the coin and the order of arms stand after these pairs. */
export interface PairsBefore {
  readonly complete: number;
  readonly tried: number;
  /** Coins that were thrown: one for every two complete pairs that began. */
  readonly coins: number;
  readonly first: LabPair['first'];
  /** The last one failed, and is repeated in place. */
  readonly repeats: boolean;
}

/** How far an experiment is whose pairs are these: where one that was cut off goes on. */
export function standAfter(pairs: readonly LabPair[]): PairsBefore {
  const last = pairs.at(-1);
  const complete = completePairs(pairs);
  const repeats = last !== undefined && !(counts(last.standard) && counts(last.priority));
  const coins = repeats ? Math.floor(complete / 2) + 1 : Math.ceil(complete / 2);
  return { complete, tried: pairs.length, coins, first: last?.first ?? 'standard', repeats };
}
