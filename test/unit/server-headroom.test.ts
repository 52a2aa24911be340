import { expect, it } from 'vitest';
import type { Resources } from '../../src-main/core/ports.ts';
import { Headroom } from '../../src-main/core/server/headroom.ts';
import { fakeClock } from './fake-clock.ts';

const mib = 1024 * 1024;

/** Room whose readings a test writes, and how often they were looked at. */
function room(maxOpenFiles: number | null = 1_024) {
  const clock = fakeClock();
  const reading = { openFiles: 40 as number | null, freeBytes: (512 * mib) as number | null, looks: 0, spared: 0 };
  const resources: Resources = {
    maxOpenFiles,
    openFiles: () => {
      reading.looks += 1;
      return reading.openFiles;
    },
    freeMemoryBytes: () => reading.freeBytes,
  };
  const spare = () => {
    reading.spared += 1;
  };
  const headroom = new Headroom({ resources, clock, spare });
  const answer = () => {
    try {
      headroom.take();
      return 'room';
    } catch (error) {
      return error instanceof Error ? error.message : '';
    }
  };
  return { clock, reading, answer };
}

it.each([
  ['plenty', 40, 512 * mib, 'room'],
  ['just enough descriptors', 1_006, 512 * mib, 'room'],
  ['one too few', 1_007, 512 * mib, 'file descriptors left of 1024'],
  ['none to count with', Number.MAX_SAFE_INTEGER, 512 * mib, 'file descriptors'],
  ['just enough memory', 40, 24 * mib, 'room'],
  ['too little memory', 40, 24 * mib - 1, 'memory'],
  ['what cannot be known', null, null, 'room'],
] as const)('with %s left there is room as there should be', (_what, openFiles, freeBytes, expected) => {
  const { reading, answer } = room();
  Object.assign(reading, { openFiles, freeBytes });
  expect(answer()).toContain(expected);
  expect(reading.spared).toBe(expected === 'room' ? 0 : 1);
});

it('looks once a second, and sooner where turns may have used what was free', () => {
  const { clock, reading, answer } = room();
  // (1,024 - 40 - 16) / 2 turns fit; a quarter of them may begin unseen.
  for (let turn = 0; turn < 121; turn += 1) answer();
  expect(reading.looks).toBe(1);
  answer();
  expect(reading.looks).toBe(2);
  clock.advance(1_000);
  answer();
  expect(reading.looks).toBe(3);
});

it('looks at each turn while it is short, so that there is room as soon as a turn has ended', () => {
  const { reading, answer } = room();
  reading.openFiles = 1_020;
  expect([answer(), answer()]).not.toContain('room');
  reading.openFiles = 100;
  expect(answer()).toBe('room');
});

it('knows no limit where the machine tells of none', () => {
  const { reading, answer } = room(null);
  reading.openFiles = 1_000_000;
  expect(answer()).toBe('room');
});
