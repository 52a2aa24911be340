import { addUsage, otherKey, type UsageGroup, usageKeys } from '../../../shared/usage-words.ts';
import type { EndedExchange, UsageRange } from './trace-store.ts';
import { type UsageAddition, UsageBook } from './usage-book.ts';

/** What comes on top is summed up under one name. */
const maxLines = 5_000;

/** Daily sums where there is no database. Nothing outlives the program. */
export class UsageLines {
  readonly #lines = new Map<string, UsageAddition>();
  readonly #book = new UsageBook(() => null);

  add(exchange: EndedExchange): void {
    for (const addition of this.#book.additions(exchange)) this.#add(addition);
  }

  sums({ fromDay, toDay, by }: UsageRange): UsageGroup[] {
    const groups = new Map<string, UsageGroup>();
    for (const { keys, accountLabel, sums } of this.#lines.values()) {
      if ((fromDay !== null && keys.day < fromDay) || (toDay !== null && keys.day > toDay)) continue;
      const id = JSON.stringify(by.map((key) => keys[key]));
      const known = groups.get(id);
      groups.set(id, {
        ...(known === undefined ? sums : addUsage(known, sums)),
        keys: known?.keys ?? Object.fromEntries(by.map((key) => [key, keys[key]])),
        accountLabel: by.includes('account') ? accountLabel || (known?.accountLabel ?? '') : null,
      });
    }
    return [...groups.values()];
  }

  firstDay(): string | null {
    return [...this.#lines.values()].map(({ keys }) => keys.day).toSorted()[0] ?? null;
  }

  clear(): void {
    this.#lines.clear();
    this.#book.forget();
  }

  #add(addition: UsageAddition): void {
    const id = JSON.stringify(usageKeys.map((key) => addition.keys[key]));
    const known = this.#lines.get(id);
    if (known === undefined && this.#lines.size >= maxLines && addition.keys.client !== otherKey) {
      const keys = { ...addition.keys, model: otherKey, client: otherKey, project: otherKey };
      this.#add({ ...addition, keys });
    } else {
      this.#lines.set(id, known === undefined ? addition : { ...known, sums: addUsage(known.sums, addition.sums) });
    }
  }
}
