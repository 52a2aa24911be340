import type { UsageWindow } from './account-model.ts';
import type { WindowForecast } from './usage.ts';

/** A reading of an account's window: the used share in per cent at an instant, epoch ms. */
export interface QuotaReading {
  readonly atMs: number;
  readonly usedPercent: number;
}

interface ForecastInput {
  readonly window: UsageWindow;
  /** When the window was told. */
  readonly readAt: number;
  /** Readings of the window before, in any order; what cannot belong to it is left out. */
  readonly readings: readonly QuotaReading[];
  readonly nowMs: number;
}

type Forecast = Pick<WindowForecast, 'state' | 'percentPerHour' | 'basis' | 'emptyAt'>;

const hourMs = 3_600_000;
/** What counts as the last while: of five hours, one. */
const recentShare = 0.2;
/** A pace of less time than this is a guess. */
const leastSpanMs = 10 * 60_000;
const full = 100;

const unknown: Forecast = { state: 'unknown', percentPerHour: null, basis: null, emptyAt: null };

/** When a window will be used up at the pace of the last while, or else of the whole window so far. Pure. */
export function forecastWindow({ window, readAt, readings, nowMs }: ForecastInput): Forecast {
  const { usedPercent, resetAt, windowMinutes } = window;
  // A window that has started anew since it was told says nothing of now; neither does one told in the future.
  if ((resetAt !== null && resetAt <= nowMs) || readAt > nowMs) return unknown;
  if (usedPercent >= full) return { ...unknown, state: 'empty' };
  const spanMs = windowMinutes === null ? null : windowMinutes * 60_000;
  const startMs = resetAt === null || spanMs === null ? null : resetAt - spanMs;
  const pace =
    recentPace({ window, readAt, readings, nowMs }, startMs, spanMs) ?? wholePace(usedPercent, startMs, nowMs);
  if (pace === null) return unknown;
  if (pace.percentPerHour <= 0) return { ...pace, state: usedPercent === 0 ? 'unused' : 'lasts', emptyAt: null };
  const emptyAt = nowMs + ((full - usedPercent) / pace.percentPerHour) * hourMs;
  // Without its end, a window is known to have begun anew after its length alone.
  if (resetAt === null && emptyAt < nowMs + (spanMs ?? 0)) return unknown;
  const isInTime = resetAt !== null && emptyAt < resetAt;
  return { ...pace, state: isInTime ? 'empties' : 'lasts', emptyAt: isInTime ? emptyAt : null };
}

type Pace = Pick<Forecast, 'basis'> & { readonly percentPerHour: number };

/** Up to now, not to the last reading: who has stopped uses nothing. */
function recentPace(
  { window, readAt, readings, nowMs }: ForecastInput,
  startMs: number | null,
  spanMs: number | null,
): Pace | null {
  if (spanMs === null) return null;
  const fromMs = Math.max(startMs ?? 0, nowMs - spanMs * recentShare);
  const told = readings
    .filter(({ atMs, usedPercent }) => atMs >= fromMs && atMs <= readAt && usedPercent <= window.usedPercent)
    .toSorted((a, b) => a.atMs - b.atMs);
  // Where the share fell, the window began anew.
  const fall = told.findLastIndex(({ usedPercent }, index) => usedPercent > (told[index + 1]?.usedPercent ?? full));
  const first = told[fall + 1];
  if (first === undefined || nowMs - first.atMs < leastSpanMs) return null;
  return { basis: 'recent', percentPerHour: perHour(window.usedPercent - first.usedPercent, nowMs - first.atMs) };
}

function wholePace(usedPercent: number, startMs: number | null, nowMs: number): Pace | null {
  if (startMs === null || nowMs - startMs < leastSpanMs) return null;
  return { basis: 'window', percentPerHour: perHour(usedPercent, nowMs - startMs) };
}

const perHour = (percent: number, spanMs: number): number => (percent * hourMs) / spanMs;
