import type { Change } from '../../shared/model.ts';
import { tell } from '../../shared/words/told.ts';
import type { Told } from '../../shared/words/told-text.ts';
import { type JsonToken, tokensOf } from '../json-scan.ts';

/**
 * Names of members as every reader reads them, at every depth. Readers do not agree on which of two members of one name
 * counts: the last one is kept, in its place. Some take a name with an escape for another one: it is written without. So what
 * Slipstream decides by is what upstream reads.
 */

/** More notes than anybody reads. */
const maxChanges = 200;

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

interface Member {
  readonly key: string;
  readonly start: number;
  /** Where the next member's name begins; null for the last one. */
  next: number | null;
}

/** An object or list that is not over yet. */
interface Open {
  readonly isObject: boolean;
  readonly members: Member[];
  /** Of a list: items before this one. */
  index: number;
}

interface PlainText {
  readonly text: Buffer;
  readonly changes: readonly Change[];
}

/** The text of valid JSON with plain names, each once in its object, and a note of each change; null where it is so already. */
export function* withPlainNames(text: Buffer): Generator<void, PlainText | null> {
  const edits: Edit[] = [];
  const changes: Change[] = [];
  const open: Open[] = [];
  for (const token of tokensOf(text)) {
    if (token === null) yield;
    else take(token, text, open, edits, changes);
  }
  return edits.length === 0 ? null : { text: applied(text, edits), changes };
}

function take(token: JsonToken, text: Buffer, open: Open[], edits: Edit[], changes: Change[]): void {
  const inside = open.at(-1);
  switch (token.kind) {
    case 'open':
      open.push({ isObject: token.isObject, members: [], index: 0 });
      return;
    case 'comma':
      if (inside !== undefined) inside.index += 1;
      return;
    case 'name': {
      const before = inside?.members.at(-1);
      if (before !== undefined) before.next = token.start;
      const written = text.toString('utf8', token.start, token.end);
      const key: string = JSON.parse(written);
      inside?.members.push({ key, start: token.start, next: null });
      if (!written.includes('\\') || JSON.stringify(key) === written) return;
      edits.push({ start: token.start, end: token.end, text: JSON.stringify(key) });
      note(changes, pathOf(open), 'set', tell('why.body.escapes'));
      return;
    }
    case 'close':
      cutRepeats(open, edits, changes);
      open.pop();
  }
}

function cutRepeats(open: readonly Open[], edits: Edit[], changes: Change[]): void {
  const members = open.at(-1)?.members ?? [];
  const last = new Map(members.map((member) => [member.key, member]));
  if (last.size === members.length) return;
  const noted = new Set<string>();
  for (const { key, start, next } of members) {
    // What is cut has a successor, so its comma goes with it.
    if (next === null || last.get(key)?.start === start) continue;
    edits.push({ start, end: next, text: '' });
    if (noted.has(key)) continue;
    noted.add(key);
    note(changes, `${pathOf(open.slice(0, -1))}.${key}`, 'removed', tell('why.body.repeated'));
  }
}

function note(changes: Change[], path: string, action: Change['action'], why: Told): void {
  if (changes.length < maxChanges) changes.push({ step: 'body', path, action, why });
}

function pathOf(open: readonly Open[]): string {
  return open.reduce(
    (path, { isObject, members, index }) => `${path}${isObject ? `.${members.at(-1)?.key}` : `[${index}]`}`,
    'body',
  );
}

function applied(text: Buffer, edits: readonly Edit[]): Buffer {
  const pieces: Buffer[] = [];
  let from = 0;
  // The longer of two that begin together is a cut, and what lies within a cut goes with it.
  for (const { start, end, text: instead } of edits.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    if (start < from) continue;
    pieces.push(text.subarray(from, start), Buffer.from(instead));
    from = end;
  }
  pieces.push(text.subarray(from));
  return Buffer.concat(pieces);
}
