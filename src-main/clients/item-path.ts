/** Ways to a value of a configuration that may go through lists, whose elements are known by name, not by number. */

/** An element of a list, by its name there. */
export interface ListItem {
  readonly item: string;
}

export type ItemPath = readonly (string | ListItem)[];

/** What each element of a list is called: its `id` or `name`, else what it is; a number tells those of one name apart. */
export function itemNames(list: readonly unknown[]): string[] {
  const seen = new Map<string, number>();
  return list.map((element) => {
    const name = nameOf(element);
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name} (${count})`;
  });
}

/** The way to an element of a list. */
export function itemOf(list: readonly unknown[], element: unknown): ListItem {
  return { item: itemNames(list)[list.indexOf(element)] ?? '' };
}

/** The value at a path, undefined where there is none. */
export function valueAt(value: unknown, path: ItemPath): unknown {
  return path.reduce<unknown>((inner, part) => {
    if (typeof part !== 'string') return Array.isArray(inner) ? inner[itemNames(inner).indexOf(part.item)] : undefined;
    return typeof inner === 'object' && inner !== null ? ownValue(inner, part) : undefined;
  }, value);
}

function ownValue(holder: object, name: string): unknown {
  return Object.getOwnPropertyDescriptor(holder, name)?.value;
}

function nameOf(element: unknown): string {
  if (typeof element === 'object' && element !== null) {
    for (const member of ['id', 'name']) {
      const name = ownValue(element, member);
      if (typeof name === 'string') return name;
    }
  }
  return JSON.stringify(element, (_key, value) => (typeof value === 'bigint' ? `${value}n` : value)) ?? '';
}
