import { expect, it } from 'vitest';
import { IdleHeap } from '../../src-main/node/idle-heap.ts';
import { fakeClock } from './fake-clock.ts';

/** What V8 keeps that nothing needs is given back while nobody waits. */

function started() {
  const clock = fakeClock();
  let collected = 0;
  const heap = new IdleHeap(clock, () => {
    collected += 1;
  });
  heap.note();
  return { clock, heap, collected: () => collected };
}

it('what a start left goes after five quiet seconds, once', () => {
  const { clock, collected } = started();
  clock.advance(4_999);
  expect(collected()).toBe(0);
  clock.advance(1);
  expect(collected()).toBe(1);
  clock.advance(3_600_000);
  expect(collected()).toBe(1);
});

it('what turns left goes after a quiet minute, and not while they come', () => {
  const { clock, heap, collected } = started();
  clock.advance(5_000);
  for (let second = 0; second < 300; second += 1) {
    heap.note();
    clock.advance(1_000);
  }
  expect(collected()).toBe(1);
  clock.advance(120_000);
  expect(collected()).toBe(2);
});

it('turns right after the start put it off', () => {
  const { clock, heap, collected } = started();
  clock.advance(3_000);
  heap.note();
  clock.advance(60_000);
  expect(collected()).toBe(0);
  clock.advance(5_000);
  expect(collected()).toBe(1);
});

it('nothing happens once the program stops', () => {
  const { clock, heap, collected } = started();
  heap.stop();
  clock.advance(3_600_000);
  expect(collected()).toBe(0);
});
