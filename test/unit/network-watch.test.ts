import { describe, expect, it } from 'vitest';
import { lookAtNetwork, NetworkWatch } from '../../src-main/core/network-watch.ts';
import { fakeClock } from './fake-clock.ts';

function watching() {
  const clock = fakeClock();
  const state = { network: 'home' as string | null, setMs: 0, sleptMs: 0, isNeeded: true, looks: 0 };
  const told: string[] = [];
  const watch = new NetworkWatch({
    clock: {
      ...clock,
      monotonicMs: () => clock.monotonicMs() + state.sleptMs,
      epochMs: () => clock.epochMs() + state.setMs,
    },
    look: () => {
      state.looks += 1;
      return state.network;
    },
    isNeeded: () => state.isNeeded,
    changed: (what) => told.push(what),
  });
  watch.wake();
  return { clock, state, told, watch };
}

describe('the watch over the network', () => {
  it('says nothing while nothing changes', () => {
    const { clock, told } = watching();
    clock.advance(60_000);
    expect(told).toEqual([]);
  });

  it.each<[string, (state: ReturnType<typeof watching>['state']) => unknown, string]>([
    ['another network', (state) => Object.assign(state, { network: 'elsewhere' }), 'network'],
    ['a sleep that stopped the monotonic clock', (state) => Object.assign(state, { setMs: 3_600_000 }), 'clock'],
    ['a clock that was set back', (state) => Object.assign(state, { setMs: -3_600_000 }), 'clock'],
    ['a sleep that both clocks counted', (state) => Object.assign(state, { setMs: 60_000, sleptMs: 60_000 }), 'clock'],
  ])('tells of %s within 5 s, and once', (_what, change, expected) => {
    const { clock, state, told } = watching();
    clock.advance(7_000);
    change(state);
    clock.advance(5_000);
    expect(told).toEqual([expected]);
    clock.advance(60_000);
    expect(told).toHaveLength(1);
  });

  it('takes a machine that cannot say for the same network as before', () => {
    const { clock, state, told } = watching();
    clock.advance(7_000);
    state.network = null;
    clock.advance(10_000);
    state.network = 'home';
    clock.advance(10_000);
    expect(told).toEqual([]);
    state.network = null;
    clock.advance(10_000);
    state.network = 'elsewhere';
    clock.advance(10_000);
    expect(told).toEqual(['network']);
  });

  it('forgives a clock that is set right by less than 5 s', () => {
    const { clock, state, told } = watching();
    state.setMs = 4_000;
    clock.advance(10_000);
    expect(told).toEqual([]);
  });

  it('looks at nothing without a connection, and begins anew with the next one', () => {
    const { clock, state, told, watch } = watching();
    state.isNeeded = false;
    clock.advance(5_000);
    const before = state.looks;
    clock.advance(3_600_000);
    expect([state.looks, clock.pending]).toEqual([before, 0]);
    state.network = 'elsewhere';
    state.isNeeded = true;
    watch.wake();
    watch.wake();
    clock.advance(5_000);
    expect([state.looks, told]).toEqual([before + 2, []]);
    watch.stop();
    expect(clock.pending).toBe(0);
  });

  it('sees the same machine twice as the same', () => {
    expect(lookAtNetwork()).toBe(lookAtNetwork());
  });
});
