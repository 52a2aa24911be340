import { objectMember, parseJsonObject, textMember } from '../json.ts';
import type { Redactor } from './redaction.ts';

/** Secrets that upstream wrote in pieces: no single event shows one, but events side by side do. */

interface Piece {
  /** Of the event among those given. */
  readonly index: number;
  readonly text: string;
}

const deltaMark = '.delta"';

/** Pieces by what they are parts of: the same kind of delta of the same item. */
function streamsOf(events: readonly string[]): readonly (readonly Piece[])[] {
  const streams = new Map<string, Piece[]>();
  events.forEach((event, index) => {
    if (!event.includes(deltaMark)) return;
    const body = parseJsonObject(event);
    const text = textMember(body, 'delta') ?? textMember(objectMember(body, 'delta'), 'text');
    if (body === null || text === null) return;
    const { type, item_id, output_index, content_index, summary_index } = body;
    const key = JSON.stringify([type, item_id, output_index, content_index, summary_index]);
    const pieces = streams.get(key);
    if (pieces === undefined) streams.set(key, [{ index, text }]);
    else pieces.push({ index, text });
  });
  return [...streams.values()].filter(({ length }) => length > 1);
}

/** How far two texts agree from their beginning, and from their end. */
function agreement(one: string, other: string): { readonly head: number; readonly tail: number } {
  const shorter = Math.min(one.length, other.length);
  let head = 0;
  while (head < shorter && one[head] === other[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && one[one.length - 1 - tail] === other[other.length - 1 - tail]) tail += 1;
  return { head, tail };
}

/** Events whose delta holds part of a secret that only the events together show. */
function withSplitSecrets(events: readonly string[], redactor: Redactor): ReadonlySet<number> {
  const found = new Set<number>();
  for (const pieces of streamsOf(events)) {
    const whole = pieces.map(({ text }) => text).join('');
    const clean = redactor.text(whole);
    if (clean === whole) continue;
    const { head, tail } = agreement(whole, clean);
    const [from, to] = [head, whole.length - tail];
    let at = 0;
    for (const { index, text } of pieces) {
      if (at < to && at + text.length > from) found.add(index);
      at += text.length;
    }
  }
  return found;
}

/** An event with its delta hidden. */
function withoutDelta(event: string, standIn: string): string {
  const body = parseJsonObject(event);
  return body === null ? standIn : JSON.stringify({ ...body, delta: standIn });
}

/** The texts of events, redacted one by one and together. `known` are those of the first of them, from before the others came. */
export function redactEvents(
  events: readonly string[],
  redactor: Redactor,
  known: readonly string[] = [],
): readonly string[] {
  const split = withSplitSecrets(events, redactor);
  return events.map((event, index) =>
    split.has(index) ? redactor.text(withoutDelta(event, '<redacted>')) : (known[index] ?? redactor.text(event)),
  );
}
