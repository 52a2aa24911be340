import { addUsage, otherKey, type UsageGroup, usageKeys } from '../../../shared/usage-words.ts';
import type { EndedExchange, UsageRange } from './trace-store.ts';
import { labelOf, type UsageAddition, UsageBook } from './usage-book.ts';

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
    const labels = by.includes('account') ? this.#labels() : null;
    for (const { keys, sums } of this.#lines.values()) {
      if ((fromDay !== null && keys.day < fromDay) || (toDay !== null && keys.day > toDay)) continue;
      const id = JSON.stringify(by.map((key) => keys[key]));
      const known = groups.get(id);
      groups.set(id, {
        ...(known === undefined ? sums : addUsage(known, sums)),
        keys: known?.keys ?? Object.fromEntries(by.map((key) => [key, keys[key]])),
        accountLabel: labels && (labels.get(keys.account) ?? ''),
      });
    }
    return [...groups.values()];
  }

  /** What accounts were called on the latest day that each was used. */
  #labels(): ReadonlyMap<string, string> {
    const latest = new Map<string, string>();
    for (const { keys, accountLabel } of this.#lines.values()) {
      const label = `${keys.day}${accountLabel}`;
      if (accountLabel !== '' && label > (latest.get(keys.account) ?? '')) latest.set(keys.account, label);
    }
    return new Map([...latest].map(([account, label]) => [account, labelOf(label)]));
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
      const accountLabel = addition.accountLabel || (known?.accountLabel ?? '');
      const sums = known === undefined ? addition.sums : addUsage(known.sums, addition.sums);
      this.#lines.set(id, { ...addition, accountLabel, sums });
    }
  }
}
