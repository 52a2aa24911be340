import { labSizes } from '../../shared/lab-design.ts';
import { studentCdf } from './student-t.ts';

/** Looks at a growing list of numbers, each with a Student interval that holds at all looks together. Pure. */

/** Numbers at which an experiment may be looked at; the last two only where it is continued. */
export const lookSizes: readonly number[] = labSizes;

/** At 99 % each, seven looks miss a normal truth together in 4.5 %: no stopping rule can break that. */
export const lookLevel = 0.99;

/** What a list said when it held `n` numbers. */
export interface Look {
  readonly n: number;
  readonly mean: number;
  /** Standard deviation, with n - 1 in the denominator. */
  readonly spread: number;
  readonly low: number;
  readonly high: number;
}

const halvings = 60;
const widest = 1_000;
const quantiles = new Map<string, number>();

/** The two-sided Student quantile: `level` of the distribution with `degrees` lies within plus and minus it. */
export function studentQuantile(level: number, degrees: number): number {
  const key = `${level}/${degrees}`;
  const known = quantiles.get(key);
  if (known !== undefined) return known;
  let [low, high] = [0, widest];
  for (let halving = 0; halving < halvings; halving += 1) {
    const middle = (low + high) / 2;
    if (studentCdf(middle, degrees) < (1 + level) / 2) low = middle;
    else high = middle;
  }
  quantiles.set(key, high);
  return high;
}

/** A look at a whole list of two numbers at least. */
export function lookAt(values: readonly number[], level = lookLevel): Look {
  const n = values.length;
  const mean = values.reduce((total, value) => total + value, 0) / n;
  const squares = values.reduce((total, value) => total + (value - mean) ** 2, 0);
  const spread = Math.sqrt(squares / (n - 1));
  const reach = (studentQuantile(level, n - 1) * spread) / Math.sqrt(n);
  return { n, mean, spread, low: mean - reach, high: mean + reach };
}

/** Every look that a list is long enough for, in order. */
export function looksAt(values: readonly number[], level = lookLevel, sizes = lookSizes): readonly Look[] {
  return sizes.filter((size) => size <= values.length).map((size) => lookAt(values.slice(0, size), level));
}
