import { beforeEach, describe, expect, it } from 'vitest';
import { TransportMemory } from '../../src-main/core/turn/transport-memory.ts';
import { account } from './account-fixtures.ts';
import { type FakeClock, fakeClock } from './fake-clock.ts';

/** For how long an account is asked over HTTP after upstream would not have its websocket. */

const minuteMs = 60_000;
const one = account('a');
let clock: FakeClock;
let told: (number | null)[];
let memory: TransportMemory;

beforeEach(() => {
  clock = fakeClock();
  told = [];
  memory = new TransportMemory(clock, (_id, overHttp) =>
    told.push(overHttp === null ? null : (overHttp.untilMs - clock.epochMs()) / minuteMs),
  );
});

const transport = () => memory.transportFor(one);

describe('an upgrade that is refused', () => {
  it('once, is one turn’s affair', () => {
    memory.remember(one, 'refused');
    expect([transport(), told]).toEqual(['ws', []]);
  });

  it('again and again, is remembered twice as long each time, an hour at most, and shown', () => {
    for (let count = 0; count < 10; count += 1) memory.remember(one, 'refused');
    expect(told).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
    expect(transport()).toBe('http');
    clock.advance(60 * minuteMs);
    expect(transport()).toBe('ws');
  });

  it.each<[string, () => void]>([
    ['an upgrade that went through', () => memory.noteUpgrade(one, [])],
    ['"try websockets now"', () => memory.forget(one.id)],
  ])('is forgotten after %s', (_what, happens) => {
    for (let count = 0; count < 3; count += 1) memory.remember(one, 'refused');
    happens();
    expect([transport(), told.at(-1)]).toEqual(['ws', null]);
    memory.remember(one, 'refused');
    expect(transport()).toBe('ws');
  });

  it('with 426 is remembered at once', () => {
    memory.remember(one, 'no-websockets');
    expect([transport(), told]).toEqual(['http', [10]]);
  });
});
