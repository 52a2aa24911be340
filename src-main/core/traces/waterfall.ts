import type { AttemptRecord, WaterfallSpan } from '../../shared/model.ts';
import { tell } from '../../shared/words/told.ts';
import type { WaitName } from '../watch.ts';
import { toMicroseconds } from './microseconds.ts';

/** A wait for somebody else between two attempts. */
export interface Wait {
  readonly name: WaitName;
  readonly startMs: number;
  readonly endMs: number;
}

interface Timeline {
  readonly bodyReadMs: number;
  readonly attempts: readonly AttemptRecord[];
  readonly waits: readonly Wait[];
  /** The end of the exchange, or now. */
  readonly endMs: number;
}

const spareWords = tell('why.connection.spare');

/** Lays spans end to end; one that would begin before the last ended is cut. */
class Spans {
  readonly list: WaterfallSpan[] = [];
  #atMs = 0;

  upTo(
    endMs: number | null,
    name: WaterfallSpan['name'],
    who: WaterfallSpan['who'],
    attempt: number | null,
    why?: string,
  ): void {
    if (endMs === null || endMs <= this.#atMs) return;
    this.list.push({ name, who, attempt, startMs: this.#atMs, endMs, ...(why === undefined ? {} : { why }) });
    this.#atMs = endMs;
  }
}

/** Spans without a gap from the accept to the end: they sum to the total, whatever happened in between. */
export function waterfall({ bodyReadMs, attempts, waits, endMs }: Timeline): WaterfallSpan[] {
  const spans = new Spans();
  spans.upTo(Math.min(bodyReadMs, endMs), 'request body', 'client', null);
  const ownUpTo = (untilMs: number, name: 'prepare' | 'finish', attempt: number | null) => {
    for (const wait of waits) {
      if (wait.startMs >= untilMs) continue;
      spans.upTo(wait.startMs, name, 'slipstream', attempt);
      const who = wait.name === 'token refresh' ? 'issuer' : 'upstream';
      spans.upTo(Math.min(wait.endMs, untilMs), wait.name, who, attempt);
    }
    spans.upTo(untilMs, name, 'slipstream', attempt);
  };
  attempts.forEach((attempt, index) => {
    const overMs = Math.min(attempt.endedMs ?? endMs, endMs);
    const within = (atMs: number | null) => (atMs === null ? null : Math.min(atMs, overMs));
    ownUpTo(Math.min(attempt.startedMs, endMs), 'prepare', index);
    const connectedMs = within(attempt.connectedMs ?? attempt.readyMs ?? attempt.sentMs);
    for (const phase of attempt.phases) {
      spans.upTo(within(phase.startMs), 'connect', 'network', index);
      const who = phase.name === 'queue' ? 'slipstream' : 'network';
      spans.upTo(within(phase.endMs), phase.name, who, index, phase.why);
    }
    const why = attempt.wasSpare ? spareWords : undefined;
    spans.upTo(connectedMs ?? overMs, 'connect', 'network', index, why);
    spans.upTo(within(attempt.sentMs), 'send', 'slipstream', index);
    spans.upTo(within(attempt.firstEventMs), 'first event', 'upstream', index);
    spans.upTo(overMs, attempt.firstEventMs === null ? 'first event' : 'stream', 'upstream', index);
  });
  ownUpTo(endMs, attempts.length === 0 ? 'prepare' : 'finish', null);
  return spans.list;
}

/** What Slipstream itself took of an exchange. */
export function ownShareMs(spans: readonly WaterfallSpan[]): number {
  const own = spans.filter(({ who, name }) => who === 'slipstream' && name !== 'queue');
  return toMicroseconds(own.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0));
}
