import { SlipstreamError } from '../../shared/errors.ts';
import type { LabArm, LabCondition, LabPair, LabRequest, LabTurn } from '../../shared/lab.ts';
import type { RequestRow } from '../../shared/model.ts';
import type { TierId } from '../../shared/tiers.ts';
import { english } from '../../shared/words/english.ts';
import { saidInEnglish } from '../../shared/words/said.ts';
import { tell } from '../../shared/words/told.ts';
import { othersWords } from '../../shared/words/told-text.ts';
import { counts, makePair, standAfter } from './pairs.ts';

/** One turn that an experiment wants run. */
export interface LabQuestion {
  readonly arm: LabArm;
  /** The socket's: its own for each measured turn, so that nothing is extended and all dial alike. */
  readonly sessionId: string;
  readonly kind: 'warm-up' | 'measured';
  /** What of the official client's shape is left out. */
  readonly without: readonly LabCondition[];
}

/** Where an experiment's turns run, and what they say. */
export interface LabPlace {
  readonly accountId: string;
  readonly model: string;
  readonly tier: TierId;
  readonly prompt: LabRequest['prompt'];
  readonly effort: string;
}

/** How it went. */
export type LabAnswer = Omit<LabTurn, 'arm'>;

/** What a measured turn must have been, to say something of its arm. */
interface MeantTurn extends Pick<LabQuestion, 'arm'>, Pick<LabPlace, 'accountId' | 'tier'> {
  readonly transport: 'ws' | 'http';
}

/** Why a turn says nothing of its arm, though it completed; null where it does. */
export function strayedFrom(
  { transport, account, tierSent }: Pick<RequestRow, 'transport' | 'account' | 'tierSent'>,
  meant: MeantTurn,
): string | null {
  if (transport !== meant.transport || account?.id !== meant.accountId) return english.t('lab.strayed');
  return tierSent === (meant.arm === 'standard' ? null : meant.tier) ? null : english.t('lab.strayed.tier');
}

/** What measuring takes. */
export interface MeasureParts {
  readonly ask: (question: LabQuestion) => Promise<LabAnswer>;
  readonly newSessionId: () => string;
  readonly isStopped: () => boolean;
  /** A turn has ended, warm-ups counted. */
  readonly onTurn: () => void;
}

export interface PairRunParts extends MeasureParts {
  /** Complete pairs after which it ends in any case. */
  readonly cap: number;
  readonly without: readonly LabCondition[];
  /** Of an experiment that goes on. */
  readonly before?: readonly LabPair[];
  /** From 0 to 1. */
  readonly random: () => number;
  /** A pair was measured; the next turn waits for what is done with it, so that nothing runs beside a measured turn. */
  readonly onPair: (pair: LabPair) => Promise<{ readonly ends: boolean }>;
}

/** An account without quota or sign-in will not do better at the next turn. */
const mostFailuresOnEnd = 3;
const turnsOfArm = 2;

/** The most turns that so many pairs take, warm-ups counted; repeated ones come on top. */
export function turnsOf(pairs: number): number {
  return 2 * turnsOfArm * pairs;
}

/** A turn on a socket of its own, after one there that is discarded. Null where it was stopped. */
export async function measure(
  arm: LabArm,
  without: readonly LabCondition[],
  { ask, newSessionId, isStopped, onTurn }: MeasureParts,
): Promise<LabTurn | null> {
  const question = { arm, without, sessionId: newSessionId() };
  if (isStopped()) return null;
  const warmUp = await ask({ ...question, kind: 'warm-up' });
  onTurn();
  if (isStopped()) return null;
  if (warmUp.failure !== null) return { arm, ...warmUp };
  const answer = await ask({ ...question, kind: 'measured' });
  onTurn();
  // A turn that was stopped half-way says nothing of its speed.
  return isStopped() ? null : { arm, ...answer };
}

/**
 * Runs pairs until their results end it, or the cap. In twos, by one coin the same arm first and then last, so that a steady
 * drift and the effect of coming second cancel. A failed pair is repeated in place; throws the reason of the third on end.
 */
export async function runPairs(parts: PairRunParts): Promise<void> {
  const before = standAfter(parts.before ?? []);
  let { complete, tried, first } = before;
  let failures = 0;
  let isNew = !before.repeats;
  // The coin goes on where it stood.
  for (let coin = 0; coin < before.coins; coin += 1) parts.random();
  while (complete < parts.cap) {
    if (isNew) first = orderOf(complete, first, parts.random);
    const second = first === 'standard' ? 'priority' : 'standard';
    const turns: LabTurn[] = [];
    for (const arm of [first, second] as const) {
      const turn = await measure(arm, parts.without, parts);
      if (turn === null) return;
      turns.push(turn);
    }
    const [one, other] = turns;
    if (one === undefined || other === undefined) return;
    const pair = makePair(tried, one, other);
    const { ends } = await parts.onPair(tried === before.tried && tried > 0 ? { ...pair, afterPause: true } : pair);
    tried += 1;
    isNew = counts(one) && counts(other);
    complete += isNew ? 1 : 0;
    failures = isNew ? 0 : failures + 1;
    if (failures >= mostFailuresOnEnd) throw lastFailure(turns);
    if (ends) return;
  }
}

function orderOf(complete: number, before: LabArm, random: () => number): LabArm {
  if (complete % 2 === 1) return before === 'standard' ? 'priority' : 'standard';
  return random() < 0.5 ? 'standard' : 'priority';
}

/** Why the latest of some turns failed. */
export function lastFailure(turns: readonly LabTurn[]): SlipstreamError {
  const failure = turns.findLast((turn) => turn.failure !== null)?.failure ?? null;
  const told = failure === null ? tell('failures.turn.every') : othersWords(failure);
  return new SlipstreamError('internal', saidInEnglish(told));
}
