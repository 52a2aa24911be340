/** Ids of ended turns that were counted, to count each once; in blocks, of which only the last one ever changes. */
export type CountedIds = readonly ReadonlySet<string>[];

/** So many are remembered, at most. */
const blockIds = 200;
const maxBlocks = 20;

export function hasCounted(counted: CountedIds, id: string): boolean {
  return counted.some((block) => block.has(id));
}

/** With more ids; the oldest go where there are too many. */
export function withCounted(counted: CountedIds, ids: readonly string[]): CountedIds {
  if (ids.length === 0) return counted;
  const blocks = counted.slice(0, -1);
  let last = new Set(counted.at(-1));
  for (const id of ids) {
    if (last.size >= blockIds) {
      blocks.push(last);
      last = new Set();
    }
    last.add(id);
  }
  return [...blocks, last].slice(-maxBlocks);
}
