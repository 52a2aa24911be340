import { fastTiers } from '../../../src-main/shared/tiers.ts';
import type { LatencyAnswer, LatencyGrouping, Percentiles } from '../../../src-main/shared/trace-query.ts';
import { absent, transports } from '../../../src-main/shared/turn-words.ts';
import type { ClockStep } from '../../../src-main/shared/words/formats.ts';
import type { Translate, Words } from '../../../src-main/shared/words/words.ts';
import { restColour, seriesColours } from '../../lib/series-colours.ts';

/** What the chart of an answer draws. Pure. */

export type PercentileName = Exclude<keyof Percentiles, 'n'>;
export const percentileNames: readonly PercentileName[] = ['p50', 'p90', 'p95', 'p99'];

type Group = LatencyAnswer['groups'][number];

export interface Line {
  readonly key: string;
  readonly label: string;
  /** Name of a colour token. */
  readonly colour: string;
  /** Turns behind the whole line. */
  readonly n: number;
  /** One for each bucket; null where no turn began, which is drawn as a gap. */
  readonly values: readonly (number | null)[];
  /** Turns in each bucket. */
  readonly counts: readonly number[];
}

/** More lines than this cannot be told apart. */
export const maxLines = 6;

const colours = seriesColours;

/** The colour of a group in chart, table and histogram; tiers keep theirs wherever they stand. */
export function groupColour(groupBy: LatencyGrouping, key: string, index: number): string {
  const [first] = colours;
  if (groupBy !== 'tier') return colours[index % colours.length] ?? first;
  if (key === absent) return first;
  const tier = fastTiers.find(({ id }) => id === key);
  if (tier !== undefined) return tier.colour;
  // With the tiers' colours given away, what else there is takes of the others.
  const others = colours.filter((colour) => colour !== first && !fastTiers.some((each) => each.colour === colour));
  return others[Math.max(0, index - 1 - fastTiers.length) % others.length] ?? first;
}

/** What an account is called by whoever reads the lines. */
type AccountNamer = (account: { readonly id: string; readonly label: string }) => string;

/** As it is called in what leaves the machine. */
export const byLabel: AccountNamer = ({ label }) => label;

/** A group as people call it. */
export function groupLabel(
  t: Translate,
  groupBy: LatencyGrouping,
  { key, label }: Pick<Group, 'key' | 'label'>,
  accountName: AccountNamer,
): string {
  if (groupBy === 'none') return t('latency.group.none');
  if (groupBy === 'account') return accountName({ id: key, label });
  if (key === absent && (groupBy === 'tier' || groupBy === 'effort')) return t(`latency.group.${groupBy}.none`);
  const transport = groupBy === 'transport' ? transports.find((name) => name === key) : undefined;
  return transport === undefined ? key : t(`filter.transport.${transport}`);
}

/** A line a group; for a group that is alone, a line for each percentile. */
export function linesOf(
  t: Translate,
  { groups }: Pick<LatencyAnswer, 'groups'>,
  groupBy: LatencyGrouping,
  percentile: PercentileName,
  accountName: AccountNamer,
): readonly Line[] {
  const [only] = groups;
  const drawn = (group: Group, name: PercentileName) => ({
    n: group.summary.n,
    values: group.series.map((point) => point[name]),
    counts: group.series.map((point) => point.n),
  });
  if (only !== undefined && groups.length === 1) {
    return percentileNames.map((name, index) => ({
      key: name,
      label: percentileLabel(t, groupLabel(t, groupBy, only, accountName), name),
      colour: colours[index] ?? restColour,
      ...drawn(only, name),
    }));
  }
  return groups.slice(0, maxLines).map((group, index) => ({
    key: group.key,
    label: groupLabel(t, groupBy, group, accountName),
    colour: groupColour(groupBy, group.key, index),
    ...drawn(group, percentile),
  }));
}

/** A name with the percentile that its figures are; null: the name says it already. */
export function percentileLabel(t: Translate, group: string, percentile: PercentileName | null): string {
  return percentile === null ? group : t('latency.group.percentile', { group, percentile });
}

/** Where things of these widths stand, one beside the other in as many rows as they take. */
export function placedInRows(
  widths: readonly number[],
  gap: number,
  room: number,
): readonly { readonly left: number; readonly row: number }[] {
  let [left, row] = [0, 0];
  return widths.map((width) => {
    if (left > 0 && left + width > room) [left, row] = [0, row + 1];
    const place = { left, row };
    left += width + gap;
    return place;
  });
}

const daySeconds = 86_400;

/** As fine as tells two ticks apart. */
function clockStepOf(stepSeconds: number): ClockStep {
  if (stepSeconds >= 1) return stepSeconds < 60 ? 'second' : 'minute';
  if (stepSeconds >= 0.1) return 1;
  return stepSeconds >= 0.01 ? 2 : 3;
}

/** Words under the time axis: the time of day, the date with it where the day changes, dates alone where ticks are days. */
export function timeTicks({ format }: Words, ticksSeconds: readonly number[], stepSeconds: number): string[] {
  let lastDay = '';
  const clockStep = clockStepOf(stepSeconds);
  return ticksSeconds.map((tick) => {
    const atMs = Math.round(tick * 1_000);
    const day = format.shortDay(atMs);
    if (stepSeconds >= daySeconds) return day;
    const time = format.clock(atMs, clockStep);
    const text = day === lastDay ? time : `${time}\n${day}`;
    lastDay = day;
    return text;
  });
}

const hourMs = 3_600_000;
const exactBelowMs = 10_000;

/** The ends of a stretch of time in local words, the finer the shorter it is: `23 Nov 08:16:40`, `08:18:20`. */
export function spanEnds({ format }: Words, startMs: number, spanMs: number): { from: string; to: string } {
  const endMs = startMs + spanMs;
  if (spanMs >= hourMs) return { from: format.shortInstant(startMs), to: format.shortInstant(endMs) };
  const step = spanMs < exactBelowMs ? 3 : 'second';
  return { from: format.shortInstant(startMs, step), to: format.clock(endMs, step) };
}

/** The same as one text: `23 Nov 08:16:40 to 08:18:20`. */
export function spanText(words: Words, startMs: number, spanMs: number): string {
  return words.t('latency.span', spanEnds(words, startMs, spanMs));
}

/** A stretch of buckets in which no turn of any line began, between two that had some. */
interface Gap {
  readonly first: number;
  /** The bucket after it. */
  readonly end: number;
}

/** The stretches without any turn, the longest first. */
export function gapsOf(lines: readonly Pick<Line, 'counts'>[], buckets: number): readonly Gap[] {
  const isEmpty = (bucket: number): boolean => lines.every(({ counts }) => (counts[bucket] ?? 0) === 0);
  const gaps: Gap[] = [];
  let first = -1;
  for (let bucket = 0; bucket < buckets; bucket += 1) {
    if (isEmpty(bucket)) {
      if (first < 0) first = bucket;
    } else {
      if (first > 0) gaps.push({ first, end: bucket });
      first = -1;
    }
  }
  return gaps.toSorted((a, b) => b.end - b.first - (a.end - a.first));
}

/** For each edge of a histogram, the share of the turns below it. */
export function sharesBelow(counts: readonly number[]): readonly number[] {
  const all = counts.reduce((sum, count) => sum + count, 0);
  let below = 0;
  const shares = counts.map((count) => {
    below += count;
    return all === 0 ? 0 : below / all;
  });
  return [0, ...shares];
}

/** A chart as comma-separated values: times, then value and n of each line. */
export function chartRows(
  { bucketStarts, bucketMs, unit }: Pick<LatencyAnswer, 'bucketStarts' | 'bucketMs' | 'unit'>,
  lines: readonly Line[],
): readonly (readonly string[])[] {
  const instant = (epochMs: number): string => new Date(epochMs).toISOString();
  const names = lines.flatMap(({ label }) => [`${label} (${unit})`, `${label} n`]);
  const rows = bucketStarts.map((start, bucket) => [
    instant(start),
    instant(start + bucketMs),
    ...lines.flatMap(({ values, counts }) => {
      const value = values[bucket] ?? null;
      return [value === null ? '' : String(Number(value.toPrecision(6))), String(counts[bucket] ?? 0)];
    }),
  ]);
  return [['from', 'to', ...names], ...rows];
}
