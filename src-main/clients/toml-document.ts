import { type AST, ParseError, parseTOML } from 'toml-eslint-parser';
import { tomlLiteral } from '../shared/client-snippets.ts';
import { SlipstreamError } from '../shared/errors.ts';
import { said } from '../shared/words/said.ts';
import { tell } from '../shared/words/told.ts';
import { valueAt } from './item-path.ts';
import { tomlFileValue } from './toml-value.ts';

/** What is written: nothing but texts, yes and no, and tables of them. */
export type TomlScalar = string | boolean;

/** A key with its value, wherever and however it is spelled. */
export interface TomlEntry {
  readonly path: readonly string[];
  readonly node: AST.TOMLKeyValue;
  /** Path of the header, or of the inline table, that it stands in; its key holds the rest. */
  readonly container: readonly string[];
  /** The inline table it stands in; null for one with lines of its own. */
  readonly inline: AST.TOMLInlineTable | null;
}

/** A header with its lines; the one without a header has the path []. */
interface TomlSection {
  readonly path: readonly string[];
  readonly range: AST.Range;
  readonly header: AST.TOMLTable | null;
  readonly body: readonly AST.TOMLKeyValue[];
}

export interface TomlDocument {
  readonly text: string;
  readonly eol: string;
  readonly value: unknown;
  readonly sections: readonly TomlSection[];
  readonly entries: readonly TomlEntry[];
}

/** A plan reads the same text for each of its steps, and a large file takes a while. */
let latest: TomlDocument | null = null;

/** Reads TOML 1.1, which holds all of 1.0. Throws `client_file_invalid`, which names the line. */
export function readToml(text: string): TomlDocument {
  try {
    if (latest?.text !== text) latest = documentOf(text, parseTOML(text, { tomlVersion: '1.1' }));
    return latest;
  } catch (cause) {
    // What is no ParseError is a file too deep to be read.
    const where =
      cause instanceof ParseError
        ? tell('failures.client.line', { line: String(cause.lineNumber), why: cause.message })
        : null;
    const words =
      where === null
        ? said('failures.client.invalid', { language: 'TOML' })
        : said('failures.client.invalid.where', { language: 'TOML', where });
    throw new SlipstreamError('client_file_invalid', { ...words, cause });
  }
}

function documentOf(text: string, program: AST.TOMLProgram): TomlDocument {
  const [top] = program.body;
  const tables = top.body.filter((node) => node.type === 'TOMLTable');
  const sections: TomlSection[] = [
    { path: [], range: [0, 0], header: null, body: top.body.filter((node) => node.type === 'TOMLKeyValue') },
  ];
  for (const table of tables) {
    const { resolvedKey, body, range } = table;
    // Parts of a list of tables have a number in their path; nothing of ours lies there.
    if (!resolvedKey.every((part) => typeof part === 'string')) continue;
    sections.push({ path: resolvedKey, range, header: table, body });
  }
  return {
    text,
    eol: /\r\n|\n/.exec(text)?.[0] ?? '\n',
    value: tomlFileValue(program),
    sections,
    entries: sections.flatMap(({ path, body }) => body.flatMap((node) => entriesOf(node, path, null))),
  };
}

/** The value at a path, undefined where there is none. */
export function tomlValue(document: TomlDocument, path: readonly string[]): unknown {
  return valueAt(document.value, path);
}

/** Whether two paths name the same thing. */
export function isSamePath(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name, index) => other[index] === name);
}

/** Whether a path lies inside another. */
export function isInside(path: readonly string[], parent: readonly string[]): boolean {
  return path.length > parent.length && parent.every((name, index) => path[index] === name);
}

/** A key as TOML writes it, in quotes where it must be. */
export function tomlKey(path: readonly string[]): string {
  return path.map((name) => (/^[A-Za-z0-9_-]+$/.test(name) ? name : tomlLiteral(name))).join('.');
}

function entriesOf(
  node: AST.TOMLKeyValue,
  container: readonly string[],
  inline: AST.TOMLInlineTable | null,
): TomlEntry[] {
  const names = node.key.keys.map((key) => (key.type === 'TOMLBare' ? key.name : key.value));
  const path = [...container, ...names];
  const { value } = node;
  const inner = value.type === 'TOMLInlineTable' ? value.body.flatMap((member) => entriesOf(member, path, value)) : [];
  return [{ path, node, container, inline }, ...inner];
}
