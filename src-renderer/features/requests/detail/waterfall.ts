import type { Mark, MarkName, TraceDetail, WaterfallSpan } from '../../../../src-main/shared/model.ts';
import type { Words } from '../../../../src-main/shared/words/words.ts';

/** Whom the time of a span went to, in the order of the legend. */
export const owners: readonly WaterfallSpan['who'][] = ['slipstream', 'network', 'upstream', 'issuer', 'client'];

/** The usual order of the marks. */
const usualOrder: readonly MarkName[] = [
  'accepted',
  'bodyRead',
  'accountChosen',
  'tokenReady',
  'normalised',
  'upstreamReady',
  'requestSent',
  'firstEvent',
  'firstReasoning',
  'firstText',
  'lastText',
  'completed',
  'flushed',
];

/** What a span is called, and what it says when the pointer rests on it. */
export function spanWords(words: Words, span: WaterfallSpan, attempts: TraceDetail['attempts']) {
  const { t, told, format } = words;
  const connected = span.name === 'connect' && span.attempt !== null ? attempts[span.attempt] : undefined;
  const isWarm = span.name === 'upgrade' && span.why !== undefined;
  const name = connected?.wasSpare
    ? t('timing.span.spare')
    : connected?.reused
      ? t('timing.span.reused')
      : isWarm
        ? t('timing.span.warm')
        : t(`timing.span.${spanId(span.name)}`);
  const isNumbered = span.attempt !== null && attempts.length > 1;
  const from = format.ms(span.startMs);
  const to = format.ms(span.endMs);
  const who = t(`timing.who.${span.who}`);
  return {
    label: isNumbered ? t('timing.span.numbered', { name, number: format.count((span.attempt ?? 0) + 1) }) : name,
    title:
      span.why === undefined
        ? t('timing.span.title', { who, from, to })
        : t('timing.span.title.why', { who, from, to, why: told(span.why) }),
  };
}

type Dashed<T extends string> = T extends `${infer Head} ${infer Rest}` ? `${Head}-${Dashed<Rest>}` : T;

/** The end of the id of its text. */
function spanId(name: WaterfallSpan['name']): Dashed<WaterfallSpan['name']> {
  return name.replaceAll(' ', '-') as Dashed<WaterfallSpan['name']>;
}

/** A mark and how long after the mark before it it came. */
export interface TimedMark extends Mark {
  readonly gapMs: number;
}

/** The marks by time; those that fell together in their usual order. */
export function orderMarks(marks: readonly Mark[]): readonly TimedMark[] {
  return marks
    .toSorted((a, b) => a.atMs - b.atMs || usualOrder.indexOf(a.name) - usualOrder.indexOf(b.name))
    .map((mark, index, sorted) => ({ ...mark, gapMs: mark.atMs - (sorted[index - 1]?.atMs ?? 0) }));
}

/** When the first token (reasoning counts) came; null when none did. */
export function firstTokenAt(marks: readonly Mark[]): number | null {
  const seen = marks.filter((mark) => mark.name === 'firstReasoning' || mark.name === 'firstText');
  return seen.length === 0 ? null : Math.min(...seen.map((mark) => mark.atMs));
}

/** The latest instant a detail knows of, and the scale of its waterfall. */
export function lengthOf({ row, marks, waterfall, attempts }: TraceDetail): number {
  const known = [
    row.totalMs ?? 0,
    ...marks.map((mark) => mark.atMs),
    ...waterfall.map((span) => span.endMs),
    ...attempts.map((attempt) => attempt.endedMs ?? attempt.startedMs),
  ];
  return Math.max(0.001, ...known);
}

/** Round values from 0 to at most `max`, about `count` of them. */
export function niceTicks(max: number, count: number): readonly number[] {
  if (!(max > 0)) return [0];
  const rough = max / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? rough;
  return Array.from({ length: Math.floor(max / step + 1e-9) + 1 }, (_, index) => index * step);
}
