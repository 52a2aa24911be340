import { afterEach, describe, expect, it } from 'vitest';
import { mayBegin, turnToBegin } from '../../src-main/core/slices.ts';

const mebibyte = 1024 * 1024;
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

afterEach(nextTurn);

describe('work on bodies in one turn of the event loop', () => {
  it('begins on the first however long it is, and on no other beside it', () => {
    expect(mayBegin(60 * mebibyte)).toBe(true);
    expect(mayBegin(1)).toBe(false);
  });

  it('begins on many short ones, and on more of them in the next turn', async () => {
    const begun = () => Array.from({ length: 1_000 }, () => mayBegin(2_000)).filter(Boolean).length;
    expect(begun()).toBe(32);
    await nextTurn();
    expect(begun()).toBe(32);
  });

  it('is spread over turns in the order of their coming', async () => {
    const order: string[] = [];
    let turns = 0;
    const count = () => {
      turns += 1;
      if (order.length < 12) setImmediate(count);
    };
    setImmediate(count);
    const all = Array.from({ length: 12 }, (_, index) =>
      turnToBegin(mebibyte / 4).then(() => order.push(`${index} in ${turns}`)),
    );
    await Promise.all(all);
    expect(order.map((entry) => Number(entry.split(' ')[0]))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    const perTurn = Map.groupBy(order, (entry) => entry.split(' in ')[1]);
    expect(Math.max(...[...perTurn.values()].map(({ length }) => length))).toBeLessThanOrEqual(4);
  });
});
