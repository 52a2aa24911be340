import type { Change } from '../../shared/model.ts';
import { tell } from '../../shared/words/told.ts';
import { othersWords } from '../../shared/words/told-text.ts';
import type { Redactor } from './redaction.ts';

/** A long conversation can need a change in each of its items. */
const maxChanges = 500;

/** A change without secrets: names of members and values of clients stand in it. */
export function cleanChange(change: Change, redactor: Pick<Redactor, 'text'>): Change {
  const [path, why] = [redactor.text(change.path), redactor.text(change.why)];
  // Most are clean, and a turn has many.
  return path === change.path && why === change.why ? change : { ...change, path, why: othersWords(why) };
}

/** Changes up to a limit, and how many more there were. */
export function shortened(changes: readonly Change[]): readonly Change[] {
  const more = changes.length - maxChanges;
  if (more <= 0) return changes;
  const rest = { step: 'body', path: '…', action: 'set', why: tell('why.more', { count: more }) } as const;
  return [...changes.slice(0, maxChanges), rest];
}
