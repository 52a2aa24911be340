import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Pair,
  parseDocument,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { SlipstreamError } from '../shared/errors.ts';
import { said } from '../shared/words/said.ts';
import { tell } from '../shared/words/told.ts';
import { type ItemPath, itemNames } from './item-path.ts';
import { lineNumber } from './text-edit.ts';

/** A YAML file with one document, whose root is a map or nothing. */
export interface YamlFile {
  readonly text: string;
  readonly eol: string;
  readonly value: unknown;
  /** Null: the file holds nothing but comments. */
  readonly root: YAMLMap | null;
}

/** What stands at a path: the value, and where it hangs. */
export interface YamlPlace {
  readonly node: unknown;
  readonly parent: YAMLMap | YAMLSeq;
  /** Its number among the members or elements of the parent. */
  readonly index: number;
}

/** Aliases may say the same thing over and over; no configuration holds so many values. */
const mostValues = 50_000;
const mostLevels = 500;
/** Its reader is ten times slower than the others; what people write by hand is far smaller. */
const maxChars = 64 * 1024;

/** A plan reads the same text for each of its steps. */
let latest: YamlFile | null = null;

/** Reads YAML 1.2; an empty text is an empty map. Throws `client_file_invalid`, which names the line. */
export function readYaml(text: string): YamlFile {
  if (latest?.text === text) return latest;
  if (text.length > maxChars) throw invalid(tell('failures.client.tooLong'));
  let document: Document.Parsed;
  try {
    // Its own messages would quote lines of the file, and its own search for keys that come twice takes time by the square.
    document = parseDocument(text, { prettyErrors: false, logLevel: 'error', uniqueKeys: false });
  } catch (cause) {
    throw invalid(tell('failures.client.tooDeep'), cause);
  }
  const [error] = document.errors;
  if (error !== undefined)
    throw invalid(
      tell('failures.client.line', { line: String(lineNumber(text, error.pos[0])), why: error.message }),
      error,
    );
  const { contents } = document;
  const root = isMap(contents) ? contents : null;
  if (root === null && !(contents === null || (isScalar(contents) && contents.value === null))) {
    throw invalid(tell('failures.client.noMap'));
  }
  latest = {
    text,
    eol: /\r\n|\n/.exec(text)?.[0] ?? '\n',
    value: root === null ? {} : new Values(text).of(root),
    root,
  };
  return latest;
}

/** The node at a path, with the map or list it hangs in; null where there is none, or an alias is on the way. */
export function yamlPlace({ root }: YamlFile, path: ItemPath): YamlPlace | null {
  let place: YamlPlace | null = null;
  let node: unknown = root;
  for (const part of path) {
    const index = isMap(node) || isSeq(node) ? indexIn(node, part) : -1;
    if (index === -1) return null;
    const parent = node as YAMLMap | YAMLSeq;
    const item: unknown = parent.items[index];
    node = isPair(item) ? item.value : item;
    place = { node, parent, index };
  }
  return place;
}

function indexIn(holder: YAMLMap | YAMLSeq, part: ItemPath[number]): number {
  if (isMap(holder)) return holder.items.findIndex((pair: Pair) => keyOf(pair) === part);
  return typeof part === 'string' ? -1 : itemNames(holder.items.map(plainOf)).indexOf(part.item);
}

/** What an element is named by, without the aliases in it. */
function plainOf(node: unknown): unknown {
  if (isScalar(node)) return node.value;
  if (!isMap(node)) return null;
  return Object.fromEntries(node.items.map((pair) => [keyOf(pair), isScalar(pair.value) ? pair.value.value : null]));
}

/** A key as text; null where it is none, as a map or a list would be. */
function keyOf({ key }: Pair): string | null {
  return isScalar(key) ? String(key.value) : null;
}

/** Turns nodes into plain values. */
class Values {
  /** What each anchor stands for, and how many values are in it; an alias names what is above it. */
  readonly #anchors = new Map<string, { readonly value: unknown; readonly count: number }>();
  #count = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  of(node: unknown, depth = 0): unknown {
    const before = this.#count;
    this.#add(1);
    if (depth > mostLevels) throw invalid(tell('failures.client.tooDeep'));
    if (isAlias(node)) {
      const named = this.#anchors.get(node.source);
      if (named === undefined) throw invalid(tell('failures.client.alias', { name: node.source }));
      this.#add(named.count);
      return named.value;
    }
    const value = this.#content(node, depth + 1);
    const anchor = isScalar(node) || isCollection(node) ? node.anchor : undefined;
    if (anchor !== undefined) this.#anchors.set(anchor, { value, count: this.#count - before });
    return value;
  }

  #content(node: unknown, depth: number): unknown {
    if (isScalar(node)) return node.value;
    if (isSeq(node)) return node.items.map((item) => this.of(item, depth));
    if (!isMap(node)) return null;
    const members = new Map<string, unknown>();
    for (const pair of node.items) {
      const key = keyOf(pair);
      if (key === null) throw invalid(tell('failures.client.noText'));
      if (members.has(key))
        throw invalid(
          tell('failures.client.line', { line: String(this.#lineOf(pair.key)), why: tell('failures.client.twice') }),
        );
      members.set(key, this.of(pair.value, depth));
    }
    // Not by assignment: a key may be __proto__.
    return Object.fromEntries(members);
  }

  #lineOf(key: unknown): number {
    const at = isScalar(key) ? (key.range?.[0] ?? 0) : 0;
    return lineNumber(this.#text, at);
  }

  #add(count: number): void {
    this.#count += count;
    if (this.#count > mostValues) throw invalid(tell('failures.client.tooMany'));
  }
}

function invalid(where: string, cause?: unknown): SlipstreamError {
  return new SlipstreamError('client_file_invalid', {
    ...said('failures.client.invalid.where', { language: 'YAML', where }),
    ...(cause === undefined ? {} : { cause }),
  });
}
