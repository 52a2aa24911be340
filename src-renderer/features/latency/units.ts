import { noValue } from '../../../src-main/shared/no-value.ts';
import type { LatencyAnswer } from '../../../src-main/shared/trace-query.ts';
import type { Words } from '../../../src-main/shared/words/words.ts';

type Unit = LatencyAnswer['unit'];

const perSecond = ({ t }: Words, value: number): string =>
  t('latency.perSecond', { figure: String(Number(value.toPrecision(3))) });

/** How a value is written in tables and histograms. */
export function valueWriter(words: Words, unit: Unit): (value: number | null) => string {
  if (unit === 'ms') return words.format.ms;
  return (value) => (value === null ? noValue : perSecond(words, value));
}

/** How a value is written on an axis. */
export function tickWriter(words: Words, unit: Unit): (value: number) => string {
  return unit === 'ms' ? words.format.tick : (value) => perSecond(words, value);
}
