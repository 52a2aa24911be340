import type { LabArm, LabClaim, LabCondition, LabLook, LabTurn } from '../../shared/lab.ts';
import { lookInPercent } from './analyse.ts';
import {
  type ConditionClaim,
  type ConditionRound,
  claimLevel,
  claimOf,
  isStillGranted,
  mostRounds,
  roundSizes,
} from './conditions.ts';
import { lastFailure, type MeasureParts, measure } from './experiment.ts';
import { looksAt } from './looks.ts';
import { counts, msPerToken } from './pairs.ts';

/** The third stage of the search for what fast depends on: rounds of turns, one condition left out in each. */

/** One turn of a round: a tier, and what is left out. */
export interface RoundArm {
  readonly arm: LabArm;
  readonly without: readonly LabCondition[];
}

/** A measured round: logs for the claims, and first tokens at standard tier over both transports. */
interface MeasuredRound extends ConditionRound {
  readonly firstTokenLog: number | null;
}

interface SearchRounds {
  readonly rounds: number;
  readonly claims: readonly LabClaim[];
  readonly stillGranted: boolean | null;
  /** ln of first token over HTTP over that of the websocket, standard tier. */
  readonly firstTokenOverHttp: LabLook | null;
}

export interface SearchParts extends MeasureParts {
  readonly conditions: readonly LabCondition[];
  readonly random: () => number;
  /** A round was measured; the next turn waits for what is done with it. */
  readonly onRound: (so: SearchRounds) => Promise<void>;
}

const mostFailuresOnEnd = 3;

/** The turns of a round for conditions that are still open. */
export function armsOf(open: readonly LabCondition[]): readonly RoundArm[] {
  const official: readonly RoundArm[] = [
    { arm: 'standard', without: [] },
    { arm: 'priority', without: [] },
  ];
  const left = open.map((condition): RoundArm => ({ arm: 'priority', without: [condition] }));
  // Transport changes the first token at any tier, so its gain is measured against standard over HTTP.
  const http: readonly RoundArm[] = open.includes('transport') ? [{ arm: 'standard', without: ['transport'] }] : [];
  return [...official, ...left, ...http];
}

/** By Fisher and Yates. */
function shuffled<T>(list: readonly T[], random: () => number): T[] {
  const mixed = [...list];
  for (let at = mixed.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    const [one, two] = [mixed[at], mixed[other]];
    if (one !== undefined && two !== undefined) [mixed[at], mixed[other]] = [two, one];
  }
  return mixed;
}

type Measured = RoundArm & { readonly turn: LabTurn };

function turnOf(measured: readonly Measured[], arm: LabArm, condition: LabCondition | null): LabTurn | null {
  const found = measured.find((each) => each.arm === arm && (each.without[0] ?? null) === condition);
  return found?.turn ?? null;
}

const logOf = (turn: LabTurn | null) => (turn === null ? null : Math.log(msPerToken(turn)));

function roundOf(measured: readonly Measured[], open: readonly LabCondition[]): MeasuredRound | null {
  const [standard, priority] = [turnOf(measured, 'standard', null), turnOf(measured, 'priority', null)];
  if (standard === null || priority === null) return null;
  const overHttp = turnOf(measured, 'standard', 'transport');
  const without = Object.fromEntries(
    open.flatMap((condition) => {
      const log = logOf(turnOf(measured, 'priority', condition));
      return log === null ? [] : [[condition, log] as const];
    }),
  );
  const firsts = [overHttp?.firstTokenMs ?? 0, standard.firstTokenMs ?? 0] as const;
  return {
    standard: Math.log(msPerToken(standard)),
    priority: Math.log(msPerToken(priority)),
    without,
    standardOverHttp: logOf(overHttp),
    firstTokenLog: firsts[0] > 0 && firsts[1] > 0 ? Math.log(firsts[0] / firsts[1]) : null,
  };
}

/** A claim with its looks as changes of time per token, in per cent. */
function told({ condition, finding, rounds, gain, loss }: ConditionClaim): LabClaim {
  // A saving in logs is a change with its sign turned.
  const without = gain === null ? null : lookInPercent({ ...gain, mean: -gain.mean, low: -gain.high, high: -gain.low });
  return { condition, finding, rounds, without, loss: loss === null ? null : lookInPercent(loss) };
}

/** What the rounds so far say of each condition. */
function judgeRounds(rounds: readonly ConditionRound[], conditions: readonly LabCondition[]) {
  const level = claimLevel(conditions);
  return {
    claims: conditions.map((condition) => claimOf(condition, rounds, level)),
    stillGranted: isStillGranted(rounds, level),
  };
}

/** Runs rounds until every condition is decided, fast is gone, or the cap. A failed round is repeated; throws the reason of the third on end. */
export async function runRounds(parts: SearchParts): Promise<void> {
  const { conditions, random, onRound } = parts;
  const rounds: MeasuredRound[] = [];
  let open = conditions;
  let failures = 0;
  while (rounds.length < mostRounds && open.length > 0) {
    const measured: Measured[] = [];
    for (const arm of shuffled(armsOf(open), random)) {
      const turn = await measure(arm.arm, arm.without, parts);
      if (turn === null) return;
      measured.push({ ...arm, turn });
      if (!counts(turn)) break;
    }
    const isWhole = measured.every(({ turn }) => counts(turn));
    const round = isWhole ? roundOf(measured, open) : null;
    failures = round === null ? failures + 1 : 0;
    if (failures >= mostFailuresOnEnd) throw lastFailure(measured.map(({ turn }) => turn));
    if (round === null) continue;
    rounds.push(round);
    const { claims, stillGranted } = judgeRounds(rounds, conditions);
    const firsts = rounds.flatMap(({ firstTokenLog }) => firstTokenLog ?? []);
    const first = looksAt(firsts, claimLevel(conditions), roundSizes).at(-1);
    await onRound({
      rounds: rounds.length,
      claims: claims.map(told),
      stillGranted,
      firstTokenOverHttp: first === undefined ? null : lookInPercent(first),
    });
    // What is not granted any more has no conditions to be found.
    if (stillGranted === false) return;
    open = claims.filter(({ finding }) => finding === 'open').map(({ condition }) => condition);
  }
}
