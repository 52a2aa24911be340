/** Elements that programs look at one by one: how a look-up that grows shows without a clock. */

type Walk = (this: { readonly length?: number }, ...args: unknown[]) => unknown;

const walks = {
  array: [
    'map',
    'filter',
    'find',
    'findIndex',
    'findLast',
    'some',
    'every',
    'forEach',
    'flatMap',
    'reduce',
    'toSorted',
  ],
  list: [Symbol.iterator, 'keys', 'values', 'entries'],
} as const;

/** How many elements of arrays, maps and sets `run` walks; what a search of an array may stop before counts whole. */
export function walkedBy(run: () => unknown): number {
  let count = 0;
  const undo: (() => void)[] = [];
  const patch = (prototype: object, name: PropertyKey, make: (original: Walk) => Walk) => {
    const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
    if (descriptor === undefined) return;
    Object.defineProperty(prototype, name, { ...descriptor, value: make(descriptor.value) });
    undo.push(() => Object.defineProperty(prototype, name, descriptor));
  };
  for (const name of walks.array)
    patch(
      Array.prototype,
      name,
      (original) =>
        function (...args) {
          count += this.length ?? 0;
          return original.apply(this, args);
        },
    );
  for (const { prototype } of [Map, Set])
    for (const name of walks.list)
      patch(
        prototype,
        name,
        (original) =>
          function (...args) {
            const iterator = original.apply(this, args) as Iterator<unknown>;
            const next = iterator.next.bind(iterator);
            iterator.next = () => {
              count += 1;
              return next();
            };
            return iterator;
          },
      );
  try {
    run();
  } finally {
    for (const step of undo.reverse()) step();
  }
  return count;
}
