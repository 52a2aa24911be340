import type { Language } from './languages.ts';

/** How fine a time of day is told: to the minute, to the second, or to so many digits of one. */
export type ClockStep = 'minute' | 'second' | 1 | 2 | 3;

/** How numbers, spans, sizes and times read in one language; one style each, wherever they stand. */
export interface Formats {
  /** A span with three significant digits: `0.42 ms`, `412 ms`, `1.24 s`, `2 min 05 s`. */
  ms(spanMs: number | null): string;
  /** Whole seconds of something that still runs: `3 s`, `2 min 05 s`. */
  elapsed(spanMs: number): string;
  /** A round span, without the zeros that say nothing: `0`, `500 ms`, `2 s`. */
  tick(spanMs: number): string;
  /** Decimal sizes: `812 B`, `1.5 kB`, `2.35 MB`. */
  bytes(bytes: number | null): string;
  /** Whole numbers with separators. */
  count(count: number | null): string;
  /** Exact below 10,000, then short: `12.3k`, `1.23M`. */
  tokens(tokens: number | null): string;
  /** A share in per cent: one digit below 10 where it says something, none above. */
  percent(percent: number): string;
  /** The same with three significant digits, which tell small shares apart: `0.0123 %`. */
  exactPercent(percent: number): string;
  /** A change in per cent with its sign: `−8.1 %`, `+0.4 %`. */
  change(percent: number, digits?: number): string;
  /** Local time of day, `14:03:09`. */
  clock(epochMs: number, step?: ClockStep): string;
  /** Local time of day to the minute, with the day where that is not today. */
  shortClock(epochMs: number, nowMs: number): string;
  /** Local date and time of day to the millisecond, `2026-11-23 14:03:09.042`, the same in every language. */
  instant(epochMs: number): string;
  /** Local day without the year: `23 Nov`. */
  shortDay(epochMs: number): string;
  /** Local day without the year, and time, to the minute where nothing else is said: `23 Nov 14:03`. */
  shortInstant(epochMs: number, step?: ClockStep): string;
  /** The same with the year, for what may be months away: `23 Nov 2026 14:03`. */
  longInstant(epochMs: number): string;
  /** A day by its date, `2026-11-28`: `28 Nov 2026`. */
  day(day: string): string;
  /** The same with the day of the week in place of the year: `Sat 28 Nov`. */
  weekday(day: string): string;
  /** A row's time: of day where it is of today, else with the day. */
  rowTime(epochMs: number, nowMs: number): string;
  /** An amount of money, the exacter the smaller: `$12.30`, `$0.0042`. `currency` is a code such as `USD`. */
  money(amount: number, currency: string): string;
  /** Mebibytes, as the settings count them: `0.4`, `18`, `1,204`. */
  megabytes(bytes: number): string;
  /** How far an instant is from now: `in 2 h 5 min`, `3 min ago`, `now`. */
  relative(epochMs: number, nowMs: number): string;
  /** `until 14:05`, with the day where that is not today; empty where it is over or not known. */
  until(epochMs: number | null, nowMs: number): string;
  /** A quota window by its length: `5 h`, `7 d`. */
  window(minutes: number): string;
  /** `a, b and c`. */
  list(items: readonly string[]): string;
}

/** The words that formats put around figures. */
interface AroundFigures {
  readonly unknown: string;
  in(span: string): string;
  ago(span: string): string;
  readonly now: string;
  until(instant: string): string;
}

type Unit = 'millisecond' | 'second' | 'minute' | 'hour' | 'day' | 'byte' | 'kilobyte' | 'megabyte' | 'gigabyte';

/** Day before month, and units as engineers write them. */
const tags: Readonly<Record<Language, { readonly numbers: string; readonly dates: string }>> = {
  en: { numbers: 'en', dates: 'en-GB' },
  'zh-CN': { numbers: 'zh-CN', dates: 'zh-CN' },
};

const minutesOf = { hour: 60, day: 1_440 } as const;

/** A formatter takes milliseconds to make, and a command that says one line needs none: each is made when it is first used. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** The formats of a language; its formatters are made once. */
export function createFormats(language: Language, around: AroundFigures): Formats {
  const { numbers, dates } = tags[language];
  const unitFormats = new Map<string, Intl.NumberFormat>();
  const whole = once(() => new Intl.NumberFormat(numbers, { maximumFractionDigits: 0 }));
  const date = (options: Intl.DateTimeFormatOptions) =>
    once(() => new Intl.DateTimeFormat(dates, { hourCycle: 'h23', ...options }));
  const minute = { hour: '2-digit', minute: '2-digit' } as const;
  const second = { ...minute, second: '2-digit' } as const;
  const clockFormats: Readonly<Record<ClockStep, () => Intl.DateTimeFormat>> = {
    minute: date(minute),
    second: date(second),
    1: date({ ...second, fractionalSecondDigits: 1 }),
    2: date({ ...second, fractionalSecondDigits: 2 }),
    3: date({ ...second, fractionalSecondDigits: 3 }),
  };
  const dayFormat = date({ day: 'numeric', month: 'short' });
  const wholeDate = { day: 'numeric', month: 'short', year: 'numeric' } as const;
  const localDateFormat = date(wholeDate);
  const dateFormat = date({ ...wholeDate, timeZone: 'UTC' });
  const weekdayFormat = date({ weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' });
  const listFormat = once(() => new Intl.ListFormat(dates, { type: 'conjunction' }));

  function unit(value: number, name: Unit, { digits = 0, width = 1 } = {}): string {
    const key = `${name} ${digits} ${width}`;
    const known = unitFormats.get(key);
    const format =
      known ??
      new Intl.NumberFormat(numbers, {
        style: 'unit',
        unit: name,
        // "min" is no month and no metre.
        unitDisplay: name === 'minute' ? 'short' : 'narrow',
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
        minimumIntegerDigits: width,
      });
    if (known === undefined) unitFormats.set(key, format);
    const parts = format.formatToParts(value);
    const word = parts.find(({ type }) => type === 'unit')?.value.trim() ?? '';
    const figure = parts
      .flatMap((part) => (part.type === 'unit' || part.type === 'literal' ? [] : [part.value]))
      .join('');
    // A unit stands apart from its number, as the standard of units has it, and Chinese words from Latin figures.
    return `${figure} ${word}`;
  }

  const digitsOf = (value: number, digits: number): string =>
    value.toLocaleString(numbers, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const inPercent = (text: string): string => (language === 'en' ? `${text} %` : `${text}%`);

  function ms(spanMs: number | null): string {
    if (spanMs === null || !Number.isFinite(spanMs)) return around.unknown;
    const sign = spanMs < 0 ? '−' : '';
    return `${sign}${span(Math.abs(spanMs))}`;
  }

  /** By its symbol in every language, as milliseconds are: the two stand in one column. */
  const inSeconds = (spanMs: number, digits: number): string => `${digitsOf(spanMs / 1000, digits)} s`;

  /** Each limit is where rounding would carry into the next unit. */
  function span(spanMs: number): string {
    if (spanMs < 9.995) return unit(spanMs, 'millisecond', { digits: 2 });
    if (spanMs < 99.95) return unit(spanMs, 'millisecond', { digits: 1 });
    if (spanMs < 999.5) return unit(spanMs, 'millisecond');
    if (spanMs < 9_995) return inSeconds(spanMs, 2);
    if (spanMs < 59_950) return inSeconds(spanMs, 1);
    const seconds = Math.round(spanMs / 1000);
    if (seconds < 3600) return pair(Math.floor(seconds / 60), 'minute', seconds % 60, 'second', 2);
    const minutes = Math.floor(seconds / 60);
    return pair(Math.floor(minutes / 60), 'hour', minutes % 60, 'minute', 2);
  }

  function pair(large: number, largeUnit: Unit, small: number, smallUnit: Unit, width: number): string {
    const first = unit(large, largeUnit);
    // A length of minutes is called by its whole word only where no seconds follow.
    const short = language === 'zh-CN' && smallUnit === 'second' ? first.replace('分钟', '分') : first;
    return `${short} ${unit(small, smallUnit, { width })}`;
  }

  /** At most two whole units, the largest first; null below a second. */
  function distance(spanMs: number): string | null {
    const seconds = Math.floor(spanMs / 1000);
    if (seconds < 1) return null;
    if (seconds < 60) return unit(seconds, 'second');
    const minutes = Math.floor(seconds / 60);
    if (minutes < 60) return unit(minutes, 'minute');
    const hours = Math.floor(minutes / 60);
    if (hours < 24) return minutes % 60 === 0 ? unit(hours, 'hour') : pair(hours, 'hour', minutes % 60, 'minute', 1);
    return hours % 24 === 0
      ? unit(Math.floor(hours / 24), 'day')
      : pair(Math.floor(hours / 24), 'day', hours % 24, 'hour', 1);
  }

  const isSameDay = (epochMs: number, nowMs: number): boolean =>
    new Date(epochMs).toDateString() === new Date(nowMs).toDateString();
  const clock = (epochMs: number, step: ClockStep = 'second'): string => clockFormats[step]().format(epochMs);
  const shortDay = (epochMs: number): string => dayFormat().format(epochMs);
  const shortInstant = (epochMs: number, step: ClockStep = 'minute'): string =>
    `${shortDay(epochMs)} ${clock(epochMs, step)}`;
  const shortClock = (epochMs: number, nowMs: number): string =>
    isSameDay(epochMs, nowMs) ? clock(epochMs, 'minute') : shortInstant(epochMs);
  /** Days are told as dates alone, which are the same in every zone. */
  const midnight = (day: string): Date => new Date(`${day}T00:00:00Z`);

  return {
    ms,
    elapsed: (spanMs) => (spanMs < 60_000 ? inSeconds(Math.floor(spanMs / 1000) * 1000, 0) : span(spanMs)),
    tick: (spanMs) => {
      if (spanMs === 0) return '0';
      return ms(spanMs).replace(/\.\d{1,2}(?=\D)/, (fraction) => String(Number(fraction)).slice(1));
    },
    bytes: (bytes) => {
      if (bytes === null || !Number.isFinite(bytes)) return around.unknown;
      if (bytes < 1000) return unit(bytes, 'byte');
      if (bytes < 999_950) return unit(bytes / 1000, 'kilobyte', { digits: 1 });
      if (bytes < 999_995_000) return unit(bytes / 1_000_000, 'megabyte', { digits: 2 });
      return unit(bytes / 1_000_000_000, 'gigabyte', { digits: 2 });
    },
    count: (count) => (count === null ? around.unknown : whole().format(count)),
    tokens: (tokens) => {
      if (tokens === null) return around.unknown;
      if (tokens < 10_000) return whole().format(tokens);
      const digits = language === 'en' && tokens >= 999_950 ? 2 : 1;
      const options = { notation: 'compact', minimumFractionDigits: digits, maximumFractionDigits: digits } as const;
      // Kilo is a small letter.
      return new Intl.NumberFormat(numbers, options).format(tokens).replace('K', 'k');
    },
    percent: (percent) => inPercent(digitsOf(percent, !Number.isInteger(percent) && Math.abs(percent) < 9.95 ? 1 : 0)),
    exactPercent: (percent) => inPercent(percent.toLocaleString(numbers, { maximumSignificantDigits: 3 })),
    change: (percent, digits = 1) => {
      const text = digitsOf(Math.abs(percent), digits);
      // What rounds to nothing has no direction.
      if (Number(Math.abs(percent).toFixed(digits)) === 0) return inPercent(text);
      return inPercent(`${percent < 0 ? '−' : '+'}${text}`);
    },
    clock,
    shortClock,
    instant: (epochMs) => {
      const at = new Date(epochMs);
      const local = new Date(epochMs - at.getTimezoneOffset() * 60_000).toISOString();
      return local.slice(0, -1).replace('T', ' ');
    },
    shortDay,
    shortInstant,
    longInstant: (epochMs) => `${localDateFormat().format(epochMs)} ${clock(epochMs, 'minute')}`,
    rowTime: (epochMs, nowMs) => (isSameDay(epochMs, nowMs) ? clock(epochMs) : shortInstant(epochMs)),
    day: (day) => dateFormat().format(midnight(day)),
    weekday: (day) => weekdayFormat().format(midnight(day)),
    money: (amount, currency) => {
      const maximumFractionDigits = amount !== 0 && Math.abs(amount) < 1 ? 4 : 2;
      return new Intl.NumberFormat(numbers, { style: 'currency', currency, maximumFractionDigits }).format(amount);
    },
    megabytes: (bytes) => {
      const megabytes = bytes / 1_048_576;
      return megabytes < 9.95 ? digitsOf(megabytes, 1) : whole().format(megabytes);
    },
    relative: (epochMs, nowMs) => {
      const text = distance(Math.abs(epochMs - nowMs));
      if (text === null) return around.now;
      return epochMs > nowMs ? around.in(text) : around.ago(text);
    },
    until: (epochMs, nowMs) => (epochMs === null || epochMs <= nowMs ? '' : around.until(shortClock(epochMs, nowMs))),
    window: (minutes) => {
      if (minutes % minutesOf.day === 0) return unit(minutes / minutesOf.day, 'day');
      return minutes % minutesOf.hour === 0
        ? unit(minutes / minutesOf.hour, 'hour')
        : unit(Math.round(minutes), 'minute');
    },
    list: (items) => {
      const parts = listFormat().formatToParts(items);
      const isLatin = (text: string | undefined) => text !== undefined && /^[!-~]$/.test(text);
      // A Chinese word stands apart from Latin ones.
      const and = (before: string, after: string) =>
        `${isLatin(before.at(-1)) ? ' ' : ''}和${isLatin(after[0]) ? ' ' : ''}`;
      return parts
        .map(({ type, value }, at) =>
          type === 'literal' && value === '和' ? and(parts[at - 1]?.value ?? '', parts[at + 1]?.value ?? '') : value,
        )
        .join('');
    },
  };
}
