import type { KeptFrame } from './frame-log.ts';
import type { Redactor } from './redaction.ts';
import { redactEvents } from './split-secrets.ts';

/** Texts of upstream's frames by their index, redacted one by one and together; null where they are not kept. `known`: of the first. */
export function payloadTexts(
  frames: readonly KeptFrame[],
  redactor: Redactor,
  known: readonly (string | null)[] = [],
): readonly (string | null)[] {
  const events = frames.flatMap(({ data }, index) => (data === null ? [] : [{ index, text: data.toString('utf8') }]));
  const clean = redactEvents(
    events.map(({ text }) => text),
    redactor,
    known.filter((text) => text !== null),
  );
  const texts: (string | null)[] = frames.map(() => null);
  for (const [at, { index }] of events.entries()) texts[index] = clean[at] ?? null;
  return texts;
}
