/** Numbers that upstream and the issuer tell: anything may stand there, so each is believed only within its bounds. Pure. */

/** The year 2100: no reset, no token and no window reaches further. */
const latestMs = 4_102_444_800_000;
/** The longest wait worth keeping to. */
const longestWaitMs = 366 * 24 * 60 * 60_000;
/** A thousand times the longest window of any model. */
const mostCounted = 1_000_000_000;
/** More than a window's use is ever told as. */
const mostPercent = 1_000;

/** A status that tells of an error; null for any other number. */
export function errorStatus(status: number | null): number | null {
  return status !== null && Number.isInteger(status) && status >= 400 && status <= 599 ? status : null;
}

/** Epoch ms of a moment in Unix seconds; null for what is no date of these times. */
export function momentMs(seconds: number | null): number | null {
  return seconds !== null && seconds > 0 && seconds * 1000 <= latestMs ? seconds * 1000 : null;
}

/** A number, also where the text of one stands for it; null for anything else. */
export function toldNumber(value: unknown): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

const dateWithZone = /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)$/i;

/** Epoch ms of a moment told in Unix seconds, in milliseconds or as a date; null for what is none of these times. */
export function toldMoment(value: unknown): number | null {
  const number = toldNumber(value);
  if (number !== null) return momentMs(number) ?? momentMs(number / 1000);
  return typeof value === 'string' && dateWithZone.test(value) ? momentMs(Date.parse(value) / 1000) : null;
}

/** Ms of a wait in seconds; null for what is none. */
export function waitMs(seconds: number | null): number | null {
  const ms = seconds === null ? Number.NaN : seconds * 1000;
  return ms >= 0 && ms <= longestWaitMs ? ms : null;
}

const secondsOf: Readonly<Record<string, number>> = { d: 86_400, h: 3_600, m: 60, s: 1, ms: 0.001, milli: 0.001 };
const maxWordsChars = 80;

/** Seconds of a wait that words ask for ("try again in 1m30.5s", "in 2 minutes"); null where they name none. */
export function secondsInWords(text: string): number | null {
  const from = /try again in /i.exec(text);
  if (from === null) return null;
  const after = text.slice(from.index + from[0].length).slice(0, maxWordsChars);
  const part = /(\d+(?:\.\d+)?) ?(ms|milli|[dhms])[a-z]*,? ?(?:and )?/iy;
  let seconds: number | null = null;
  for (let found = part.exec(after); found !== null; found = part.exec(after)) {
    const [, amount, unit = ''] = found;
    seconds = (seconds ?? 0) + Number(amount) * (secondsOf[unit.toLowerCase()] ?? 0);
  }
  return seconds;
}

/** A reset in epoch ms that is still to come and not further off than any quota's; null for another. */
export function comingReset(timeMs: number, nowMs: number): number | null {
  return timeMs > nowMs && timeMs <= nowMs + longestWaitMs ? timeMs : null;
}

/** A used share in per cent. */
export function usedShare(percent: number): number {
  return Math.min(mostPercent, Math.max(0, percent));
}

/** Ms between two questions, of seconds: never more than four in a second, nor less than one a minute; null for none. */
export function pollMs(seconds: number): number | null {
  return seconds > 0 ? Math.min(60_000, Math.max(250, seconds * 1000)) : null;
}

/** A count of tokens, or a place in a list, from 1 on; null for what is none. */
export function wholeCount(value: number | null): number | null {
  return value !== null && Number.isInteger(value) && value > 0 && value <= mostCounted ? value : null;
}

/** A length of a window in minutes; null for what is none. */
export function spanMinutes(minutes: number | null): number | null {
  return minutes !== null && minutes > 0 && minutes * 60_000 <= longestWaitMs ? minutes : null;
}
