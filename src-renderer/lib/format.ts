const countFormat = new Intl.NumberFormat('en-US');
const monthFormat = new Intl.DateTimeFormat('en-US', { month: 'short' });

/** Shown where a value is not known. */
export const unknownText = '—';

/** A span with three significant digits: `0.42 ms`, `412 ms`, `1.24 s`, `2 m 05 s`. */
export function formatMs(spanMs: number | null): string {
  if (spanMs === null || !Number.isFinite(spanMs)) return unknownText;
  const sign = spanMs < 0 ? '−' : '';
  const ms = Math.abs(spanMs);
  // Each limit is where rounding would carry into the next unit.
  if (ms < 9.995) return `${sign}${ms.toFixed(2)} ms`;
  if (ms < 99.95) return `${sign}${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${sign}${ms.toFixed(0)} ms`;
  if (ms < 9_995) return `${sign}${(ms / 1000).toFixed(2)} s`;
  if (ms < 59_950) return `${sign}${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${sign}${Math.floor(seconds / 60)} m ${pad(seconds % 60)} s`;
  const minutes = Math.floor(seconds / 60);
  return `${sign}${Math.floor(minutes / 60)} h ${pad(minutes % 60)} m`;
}

/** A round span, without the zeros that say nothing: `0`, `500 ms`, `2 s`. */
export function formatTick(spanMs: number): string {
  return spanMs === 0
    ? '0'
    : formatMs(spanMs).replace(/\.\d{1,2}(?= )/, (fraction) => String(Number(fraction)).slice(1));
}

/** Decimal sizes: `812 B`, `1.5 kB`, `2.35 MB`. */
export function formatBytes(bytes: number | null): string {
  if (bytes === null || !Number.isFinite(bytes)) return unknownText;
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 999_950) return `${(bytes / 1000).toFixed(1)} kB`;
  if (bytes < 999_995_000) return `${(bytes / 1_000_000).toFixed(2)} MB`;
  return `${(bytes / 1_000_000_000).toFixed(2)} GB`;
}

/** Whole numbers with thousands separators. */
export function formatCount(count: number | null): string {
  return count === null ? unknownText : countFormat.format(count);
}

/** A count and what is counted: `1 pair`, `1,200 pairs`. */
export function formatCountOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Token counts: exact below 10,000, then `12.3k` and `1.23M`. */
export function formatTokens(tokens: number | null): string {
  if (tokens === null) return unknownText;
  if (tokens < 10_000) return countFormat.format(tokens);
  if (tokens < 999_950) return `${(tokens / 1000).toFixed(1)}k`;
  return `${(tokens / 1_000_000).toFixed(2)}M`;
}

/** A share in per cent: one digit below 10 where it says something, none above. */
export function formatPercent(percent: number): string {
  const digits = !Number.isInteger(percent) && Math.abs(percent) < 9.95 ? 1 : 0;
  return `${percent.toFixed(digits)} %`;
}

/** A change in per cent with its sign: `−8.1 %`, `+0.4 %`. */
export function formatChange(percent: number, digits = 1): string {
  const text = Math.abs(percent).toFixed(digits);
  // What rounds to nothing has no direction.
  if (Number(text) === 0) return `${text} %`;
  return `${percent < 0 ? '−' : '+'}${text} %`;
}

/** Local time of day, `14:03:09`. */
export function formatClock(epochMs: number): string {
  const date = new Date(epochMs);
  return `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
}

/** Local date and time of day to the millisecond, `2026-11-23 14:03:09.042`. */
export function formatInstant(epochMs: number): string {
  const date = new Date(epochMs);
  const day = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  return `${day} ${formatClock(epochMs)}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

/** Local day and time to the minute, without the year: `23 Nov 14:03`. */
export function formatShortInstant(epochMs: number): string {
  const date = new Date(epochMs);
  return `${date.getDate()} ${monthFormat.format(date)} ${pad(date.getHours())}:${pad(date.getMinutes())}`;
}

/** A row's time: of day where it is of today, else with the day. */
export function formatRowTime(epochMs: number, nowMs: number): string {
  const isToday = new Date(epochMs).toDateString() === new Date(nowMs).toDateString();
  return isToday ? formatClock(epochMs) : formatShortInstant(epochMs);
}

/** Mebibytes, as the settings count them: `0.4`, `18`, `1,204`. */
export function formatMegabytes(bytes: number): string {
  const megabytes = bytes / 1_048_576;
  return megabytes < 9.95 ? megabytes.toFixed(1) : countFormat.format(Math.round(megabytes));
}

/** How far an instant is from now: `in 2 h 5 min`, `3 min ago`, `now`. */
export function formatRelative(epochMs: number, nowMs: number): string {
  const distance = formatDistance(Math.abs(epochMs - nowMs));
  if (distance === null) return 'now';
  return epochMs > nowMs ? `in ${distance}` : `${distance} ago`;
}

/** A span in at most two whole units, largest first; null below a second. */
function formatDistance(spanMs: number): string | null {
  const seconds = Math.floor(spanMs / 1000);
  if (seconds < 1) return null;
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return withRest(`${hours} h`, minutes % 60, 'min');
  return withRest(`${Math.floor(hours / 24)} d`, hours % 24, 'h');
}

function withRest(whole: string, rest: number, unit: string): string {
  return rest === 0 ? whole : `${whole} ${rest} ${unit}`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
