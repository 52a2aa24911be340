import { isDeepStrictEqual } from 'node:util';
import { applyPatch, structuredPatch } from 'diff';
import { SlipstreamError } from '../shared/errors.ts';
import { said } from '../shared/words/said.ts';
import { tell } from '../shared/words/told.ts';
import type { ConfigLanguage } from './config-language.ts';
import { type ItemPath, valueAt } from './item-path.ts';
import { type ConfigPath, leavesAndItemsOf } from './only-changes.ts';

/** The texts of one file: as it was before Slipstream wrote it, as Slipstream wrote it, and as somebody changed it since. */
export interface FileTexts {
  readonly before: string;
  readonly written: string;
  readonly now: string;
}

/** Marks a value that is not there, apart from any that is. */
const absent = Symbol('absent');

/**
 * The file as it is now without what Slipstream wrote: added values go, replaced ones come back, everybody else's lines stay.
 * Throws `client_file_changed`, which names what was edited and says `wayBack`, and `client_file_invalid`.
 */
export function takeOut(language: ConfigLanguage, { before, written, now }: FileTexts, wayBack: string): string {
  if (now === written) return before;
  const was = leavesAndItemsOf(language.read(before));
  const wrote = leavesAndItemsOf(language.read(written));
  const is = leavesAndItemsOf(language.read(now));
  const at = (leaves: Map<string, unknown>, key: string) => (leaves.has(key) ? leaves.get(key) : absent);
  const ours = [...new Set([...was.keys(), ...wrote.keys()])].filter(
    (key) => !isDeepStrictEqual(at(was, key), at(wrote, key)),
  );
  // What is as it was before needs nothing.
  const left = ours.filter((key) => !isDeepStrictEqual(at(is, key), at(was, key)));
  const edited = left.filter((key) => !isDeepStrictEqual(at(is, key), at(wrote, key)));
  if (edited.length > 0) throw refusal(tell('failures.client.edited.ours'), edited, wayBack);
  const wanted = new Map(is);
  for (const key of left) wanted.delete(key);
  // Where others have put members in its place, a value does not come back.
  const back = left.filter((key) => was.has(key) && !isHolder(key, wanted));
  for (const key of back) wanted.set(key, was.get(key));
  const isRight = (text: string | false): text is string => text !== false && holds(language, text, wanted);
  // Line by line first: where the lines around ours are untouched it also brings comments, order and spelling back.
  const byLines = applyPatch(now, structuredPatch('', '', written, ended(before, written), '', '', { context: 1 }), {
    autoConvertLineEndings: false,
  });
  if (isRight(byLines)) return byLines;
  const gone = left.filter((key) => !was.has(key));
  const byValues = revert(language, { before, written, now }, [...back, ...gone].map(pathOf));
  if (isRight(byValues)) return byValues;
  throw refusal(tell('failures.client.edited.form'), left, wayBack);
}

/** Whether one of these values lies inside what is at this path. */
function isHolder(key: string, leaves: ReadonlyMap<string, unknown>): boolean {
  const inside = `${key.slice(0, -1)},`;
  return leaves.keys().some((leaf) => leaf.startsWith(inside));
}

/** Somebody else's lines may follow a last line that had no end before Slipstream wrote below it. */
function ended(before: string, written: string): string {
  return before !== '' && !before.endsWith('\n') && written.endsWith('\n') ? `${before}\n` : before;
}

function revert(language: ConfigLanguage, texts: FileTexts, paths: readonly ItemPath[]): string {
  const { before, written, now } = texts;
  const original = language.read(before);
  let text = now;
  for (const path of paths) {
    const isBack = valueAt(original, path) !== undefined;
    text = isBack ? language.restore(text, path, before) : language.remove(text, path);
  }
  // Tables and lists that were made for our values, the innermost first.
  for (const path of [...paths, ...emptyTablesOf(language.read(written))]) {
    for (let depth = path.length; depth > 0; depth -= 1) {
      const table = path.slice(0, depth);
      // An element of a list goes as a whole.
      if (typeof table.at(-1) === 'object') continue;
      if (valueAt(original, table) !== undefined) break;
      if (isEmptyTable(valueAt(language.read(text), table))) text = language.removeEmpty(text, table);
    }
  }
  return text;
}

/** Paths of the tables and lists that hold nothing. */
function emptyTablesOf(value: unknown, path: ConfigPath = []): ConfigPath[] {
  if (isEmptyTable(value)) return [path];
  if (typeof value !== 'object' || value === null || value instanceof Date || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([name, member]) => emptyTablesOf(member, [...path, name]));
}

function isEmptyTable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !(value instanceof Date) && Object.keys(value).length === 0;
}

function holds(language: ConfigLanguage, text: string, wanted: Map<string, unknown>): boolean {
  try {
    return isDeepStrictEqual(leavesAndItemsOf(language.read(text)), wanted);
  } catch (thrown) {
    if (thrown instanceof SlipstreamError) return false;
    throw thrown;
  }
}

function pathOf(key: string): ItemPath {
  return JSON.parse(key) as ItemPath;
}

function refusal(what: string, keys: readonly string[], wayBack: string): SlipstreamError {
  const names = keys
    .map((key) => pathOf(key).map((part) => (typeof part === 'string' ? part : part.item)))
    .map((parts) => parts.join('.'))
    .join(', ');
  return new SlipstreamError('client_file_changed', said('failures.client.edited', { what, names, wayBack }));
}
