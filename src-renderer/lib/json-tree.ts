import { foldCase } from '../../src-main/shared/fold-case.ts';
import { childrenOf, type JsonChildren, type JsonNode, nodeText, placesOf, rootOf } from './json-text.ts';

/** A line of the tree. */
export interface TreeRow {
  /** Where its value begins: no other one begins there. */
  readonly id: number;
  readonly node: JsonNode;
  readonly depth: number;
  readonly name: string | number | null;
  /** Among those beside it, from 1. */
  readonly position: number;
  readonly siblings: number;
  readonly isOpen: boolean;
  readonly canOpen: boolean;
  /** Stands for what is beyond the limit. */
  readonly isRest: boolean;
}

/** A JSON text as a tree that is unfolded step by step; what was read of it is kept. */
export class JsonTree {
  readonly text: string;
  readonly root: JsonNode | null;
  readonly #children = new Map<number, JsonChildren>();
  #folded: string | null = null;

  constructor(text: string) {
    this.text = text;
    this.root = rootOf(text);
  }

  /** Where a phrase stands in the text, whatever the case of its ASCII letters. */
  places(phrase: string, limit: number): readonly number[] {
    this.#folded ??= foldCase(this.text);
    return placesOf(this.#folded, phrase, limit);
  }

  children(node: JsonNode): JsonChildren {
    const known = this.#children.get(node.start);
    if (known !== undefined) return known;
    const read = childrenOf(this.text, node);
    this.#children.set(node.start, read);
    return read;
  }

  /** The lines that are unfolded, in order. Without recursion: text may be nested as deep as it is long. */
  rows(open: ReadonlySet<number>): readonly TreeRow[] {
    if (this.root === null) return [];
    const rows: TreeRow[] = [];
    const todo: TreeRow[] = [this.#row(this.root, null, { depth: 0, position: 1, siblings: 1 }, open)];
    for (let row = todo.pop(); row !== undefined; row = todo.pop()) {
      rows.push(row);
      if (!row.isOpen) continue;
      const { children, isCut } = this.children(row.node);
      const { depth } = row;
      if (isCut)
        todo.push({
          ...row,
          id: -row.id - 1,
          depth: depth + 1,
          name: null,
          isOpen: false,
          canOpen: false,
          isRest: true,
        });
      for (const { name, index, node } of children.toReversed()) {
        const place = { depth: depth + 1, position: index + 1, siblings: children.length };
        todo.push(this.#row(node, name ?? (row.node.kind === 'array' ? index : null), place, open));
      }
    }
    return rows;
  }

  /** What has to be unfolded for the value at an index of the text, outermost first, and that value. */
  pathTo(at: number): {
    readonly open: readonly number[];
    readonly steps: readonly (string | number)[];
    readonly node: JsonNode;
  } | null {
    if (this.root === null || at < this.root.start || at >= this.root.end) return null;
    const open: number[] = [];
    const steps: (string | number)[] = [];
    let node = this.root;
    for (;;) {
      const { children } = this.children(node);
      const child = children.find(({ node: { end } }) => at < end);
      if (child === undefined || child.from > at) return { open, steps, node };
      open.push(node.start);
      steps.push(child.name ?? child.index);
      node = child.node;
      if (at < node.start) return { open, steps, node };
    }
  }

  #row(
    node: JsonNode,
    name: TreeRow['name'],
    place: Pick<TreeRow, 'depth' | 'position' | 'siblings'>,
    open: ReadonlySet<number>,
  ): TreeRow {
    const canOpen = (node.kind === 'object' || node.kind === 'array') && node.end - node.start > 2;
    return { id: node.start, node, name, ...place, canOpen, isOpen: canOpen && open.has(node.start), isRest: false };
  }
}

const previewChars = 160;

/** The beginning of a value on one line. */
export function previewOf(text: string, node: JsonNode): string {
  const cut = { ...node, end: Math.min(node.end, node.start + previewChars * 2) };
  const begun = node.kind === 'string' ? nodeText(text, cut) : text.slice(cut.start, cut.end);
  const line = begun.replace(/\s+/g, ' ').slice(0, previewChars);
  const isShort = node.end - node.start > previewChars;
  return isShort ? `${line.replace(/"$/, '')}…` : line;
}
