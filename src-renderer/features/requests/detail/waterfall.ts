import type { Mark, MarkName, TraceDetail, WaterfallSpan } from '../../../../src-main/shared/model.ts';

/** What a span of the waterfall is called. */
export const spanLabels: Record<WaterfallSpan['name'], string> = {
  'request body': 'Read the body',
  'asked to wait': 'Wait as upstream asked',
  'back-off': 'Give upstream a moment',
  prepare: 'Prepare',
  'token refresh': 'Refresh the token',
  'usage read': 'Read the usage',
  connect: 'Get a connection',
  queue: 'Wait for a free socket',
  proxy: 'Connect to the proxy',
  dns: 'DNS',
  tcp: 'TCP',
  tls: 'TLS',
  upgrade: 'Websocket upgrade',
  send: 'Send the request',
  'first event': 'Wait for the first event',
  stream: 'Stream',
  finish: 'Finish',
};

/** Whom the time of a span went to, in the order of the legend. */
export const ownerNames: Record<WaterfallSpan['who'], string> = {
  slipstream: 'Slipstream',
  network: 'Network',
  upstream: 'Upstream',
  issuer: 'Issuer',
  client: 'Client',
};

/** What a mark says, in the usual order of the marks. */
export const markLabels: Record<MarkName, string> = {
  accepted: 'Accepted',
  bodyRead: 'Body read',
  accountChosen: 'Account chosen',
  tokenReady: 'Token ready',
  normalised: 'Normalised',
  upstreamReady: 'Upstream ready',
  requestSent: 'Request sent',
  firstEvent: 'First event',
  firstReasoning: 'First reasoning',
  firstText: 'First text',
  lastText: 'Last text',
  completed: 'Completed',
  flushed: 'Flushed',
};

/** A mark and how long after the mark before it it came. */
export interface TimedMark extends Mark {
  readonly gapMs: number;
}

/** The marks by time; those that fell together in their usual order. */
export function orderMarks(marks: readonly Mark[]): readonly TimedMark[] {
  const usualOrder = Object.keys(markLabels);
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
