import { describe, expect, it } from 'vitest';
import { judgeSequence, judgeText, Ledger } from '../soak/ledger.ts';

/** The long run believes its ledger: so the ledger must find what is wrong. */

describe('the text of a turn', () => {
  it.each([
    ['t1 1 2 3', true, null],
    ['t1 1 2', false, null],
    ['', false, null],
    ['t1 1 2', true, 'lost'],
    ['t1 1 3', false, 'lost'],
    ['t1 1 1 2 3', true, 'doubled'],
    ['t1 2 1 3', true, 'reordered'],
    ['t2 1 2 3', true, 'mixed'],
    ['t1 1 t2 1', false, 'mixed'],
  ])('"%s" (complete: %s) is %s', (said, isComplete, wrong) => {
    expect(judgeText('t1 1 2 3', said, isComplete)).toBe(wrong);
  });
});

it.each([
  [[0, 1, 2], null],
  [[0, 2, 3], 'lost'],
  [[0, 1, 1], 'doubled'],
  [[0, 2, 1], 'reordered'],
])('events numbered %j are %s', (numbers, wrong) => {
  expect(judgeSequence(numbers)).toBe(wrong);
});

it('passes only where every rule was kept, and something was answered', () => {
  const ledger = new Ledger();
  expect(ledger.totals().failed).toBe(1);
  ledger.end('complete');
  expect(ledger.totals().failed).toBe(0);
  ledger.error('internal', 'words');
  ledger.fault('silent', 'a turn');
  expect(ledger.totals().failed).toBe(2);
});
