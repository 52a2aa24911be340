import type { LabCondition } from '../../shared/lab.ts';
import { claimLevelPercent } from '../../shared/lab-method.ts';
import { type Look, looksAt } from './looks.ts';
import { rulesOutPromise } from './verdict.ts';

/** Which conditions fast needs: claims from rounds of turns, each condition left out in turn. Pure. */

/**
 * One round, in logs of the time per output token: both tiers as the official client sends them, and priority without a
 * condition. Over HTTP both tiers are measured, since transport alone changes the first token.
 */
export interface ConditionRound {
  readonly standard: number;
  readonly priority: number;
  readonly without: Readonly<Partial<Record<LabCondition, number>>>;
  readonly standardOverHttp: number | null;
}

/** What is known of one condition. */
export interface ConditionClaim {
  readonly condition: LabCondition;
  /** Of the gain: stays, goes, shrinks; or not decided. */
  readonly finding: 'not-needed' | 'needed' | 'partly' | 'open';
  /** Rounds it was judged by. */
  readonly rounds: number;
  /** What priority saves without the condition; above 0 is still faster. Null before the first look. */
  readonly gain: Look | null;
  /** How much of the saving is gone; above 0 is slower without it. */
  readonly loss: Look | null;
}

/** Rounds at which conditions are looked at. */
export const roundSizes: readonly number[] = [6, 8, 12, 18, 24, 36];
export const mostRounds = roundSizes.at(-1) ?? 0;

/** So that all claims together are false in 5 % at most: each may be so in 1.07 % over six looks at 99.5 %. */
export function claimLevel(asked: readonly LabCondition[]): number {
  return claimLevelPercent(asked) / 100;
}

function contrastOf(condition: LabCondition, round: ConditionRound): { gain: number; loss: number } | null {
  const without = round.without[condition];
  const standard = condition === 'transport' ? round.standardOverHttp : round.standard;
  if (without === undefined || standard === null) return null;
  const gain = standard - without;
  return { gain, loss: round.standard - round.priority - gain };
}

/** The claim on a condition at the first look that decides it, or at the last one there is. */
export function claimOf(condition: LabCondition, rounds: readonly ConditionRound[], level: number): ConditionClaim {
  const contrasts = rounds.flatMap((round) => contrastOf(condition, round) ?? []);
  const gains = looksAt(
    contrasts.map(({ gain }) => gain),
    level,
    roundSizes,
  );
  const losses = looksAt(
    contrasts.map(({ loss }) => loss),
    level,
    roundSizes,
  );
  const findings = gains.map((gain, at) => {
    const isFaster = gain.low > 0;
    const isSlower = (losses[at]?.low ?? 0) > 0;
    return isFaster && isSlower ? 'partly' : isFaster ? 'not-needed' : isSlower ? 'needed' : 'open';
  });
  const decided = findings.findIndex((finding) => finding !== 'open');
  const at = decided === -1 ? findings.length - 1 : decided;
  const [gain, loss] = [gains[at] ?? null, losses[at] ?? null];
  return { condition, finding: findings[at] ?? 'open', rounds: gain?.n ?? contrasts.length, gain, loss };
}

/** Whether the official way was still granted fast while conditions were tried; null before the first look. */
export function isStillGranted(rounds: readonly ConditionRound[], level: number): boolean | null {
  const saved = rounds.map(({ standard, priority }) => priority - standard);
  const last = looksAt(saved, level, roundSizes).at(-1);
  return last === undefined ? null : !rulesOutPromise(last);
}

/** Rounds that would probably decide every condition, from the gain and spread of the first stage; null beyond the most. */
export function roundsExpected(stage: Pick<Look, 'mean' | 'spread'>, quantileAt: (n: number) => number): number | null {
  const enough = roundSizes.find(
    (n) => ((quantileAt(n) + 0.84) * Math.SQRT2 * stage.spread) / Math.sqrt(n) <= Math.abs(stage.mean),
  );
  return enough ?? null;
}
