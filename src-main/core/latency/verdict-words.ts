import { mostLabPairs } from '../../shared/lab-design.ts';
import { capital } from '../../shared/tiers.ts';
import { toPercent } from './pairs.ts';
import type { Verdict } from './verdict.ts';
import { promisedSpeed } from './verdict.ts';

/** A verdict in sentences, each with its numbers. Pure. */

const whole = 10;

/** "33 %", "4.2 %": without its sign. */
export function percentText(percent: number): string {
  const size = Math.abs(percent);
  return `${size >= whole ? size.toFixed(0) : Number(size.toFixed(1))} %`;
}

const withSide = (percent: number) => `${percentText(percent)} ${percent <= 0 ? 'less' : 'more'}`;

/** "12 to 49 % less", or "4 % less to 3 % more" where it crosses zero; from the end nearer to nothing. */
export function rangeText(lowPercent: number, highPercent: number): string {
  if (lowPercent < 0 && highPercent > 0) return `${withSide(lowPercent)} to ${withSide(highPercent)}`;
  const [near, far] = lowPercent < 0 ? [highPercent, lowPercent] : [lowPercent, highPercent];
  return `${percentText(near).slice(0, -2)} to ${withSide(far)}`;
}

export const countOf = (n: number, noun: string) => `${n} ${noun}${n === 1 ? '' : 's'}`;

interface Words {
  readonly sentence: string;
  readonly notes: readonly string[];
}

/** A session's first tokens wait for people and tools, too: its outcome is the time after them, where the promise is whole. */
const units = {
  turns: {
    pairsText: (n: number) => countOf(n, 'pair'),
    outcome: 'time for each output token',
    promise: `1.5× (${promisedSpeed}× in total time)`,
  },
  sessions: {
    pairsText: (n: number) => `${countOf(n, 'pair')} of sessions`,
    outcome: 'time after the first token for each output token',
    promise: '1.5×',
  },
} as const;

function morePairsText(more: number | null, n: number): string {
  if (n >= mostLabPairs) return 'That is as many as an experiment takes.';
  return more === null
    ? `To tell whether anything is left would take more than ${mostLabPairs} pairs: not worth its quota.`
    : `About ${countOf(more, 'more pair')} would probably tell whether anything is left, if turns stay this steady.`;
}

/** What a verdict says, and what is to be known of it. `more` pairs would probably decide. */
export function verdictWords(
  { finding, looks, promiseRuledOut }: Verdict,
  {
    tier,
    more,
    cap,
    regionPercent,
    pairs,
    of = 'turns',
  }: {
    tier: string;
    more: number | null;
    cap: number;
    regionPercent: number;
    pairs: number;
    of?: 'turns' | 'sessions';
  },
): Words {
  const { pairsText, outcome, promise } = units[of];
  const last = looks.at(-1);
  if (last === undefined)
    return { sentence: `Not enough data: ${pairsText(pairs)} of the 6 that a first look needs.`, notes: [] };
  const { n } = last;
  const [middle, low, high] = [last.mean, last.low, last.high].map(toPercent) as [number, number, number];
  const range = rangeText(low, high);
  const base = `${pairsText(n)}, ${countOf(looks.length, 'look')}`;
  switch (finding) {
    case 'faster':
    case 'slower':
      return {
        sentence: `${capital(tier)} was ${finding}: ${withSide(middle)} ${outcome} (${range}; ${base}).`,
        notes: [
          ...(n < cap ? ['Stopped early, so the middle figure leans to the large side: trust the range.'] : []),
          ...(finding === 'faster' && promiseRuledOut ? ['That is less than the promised 1.5×.'] : []),
        ],
      };
    case 'no-difference':
      return {
        sentence: `No difference that matters: ${range} ${outcome} (${pairsText(n)}); ${regionPercent} % either way is ruled out.`,
        notes: [],
      };
    case 'undecided':
      return promiseRuledOut
        ? {
            sentence: `Not the promised speed: if ${tier} helps at all, it saves ${percentText(Math.min(low, 0))} at most (${pairsText(n)}: ${range}).`,
            notes: [morePairsText(more, n)],
          }
        : {
            sentence: `Undecided: ${range} (${pairsText(n)}). Even the promised ${promise} is possible.`,
            notes:
              n >= mostLabPairs || more === null
                ? []
                : [`About ${countOf(more, 'more pair')} would probably decide, if turns stay this steady.`],
          };
    case 'not-enough-data':
      return { sentence: 'Not enough data.', notes: [] };
  }
}
