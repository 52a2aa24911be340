import type { LatencyAnswer } from '../../../src-main/shared/trace-query.ts';
import { formatMs, formatTick, unknownText } from '../../lib/format.ts';

type Unit = LatencyAnswer['unit'];

/** How a value is written in tables and histograms. */
export const valueWriters: Record<Unit, (value: number | null) => string> = {
  ms: formatMs,
  'tokens/s': (value) => (value === null ? unknownText : `${Number(value.toPrecision(3))} t/s`),
};

/** How a value is written on an axis. */
export const tickWriters: Record<Unit, (value: number) => string> = {
  ms: formatTick,
  'tokens/s': (value) => `${Number(value.toPrecision(3))} t/s`,
};
