import { afterEach, describe, expect, it } from 'vitest';
import { usageHandlers } from '../../src-main/app/usage-handlers.ts';
import { MemoryTraceStore } from '../../src-main/core/traces/store/memory-store.ts';
import { parseDay } from '../../src-main/node/commands/usage-options.ts';
import { contract } from '../../src-main/shared/contract.ts';
import { noPrices, UsageQuery } from '../../src-main/shared/usage.ts';
import { storedTurn } from '../support/stored-turns.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Late in the evening in New York, the next morning already in Berlin. */
const nowMs = Date.parse('2026-11-04T02:30:00Z');

describe('days that are counted back', () => {
  const before = process.env.TZ;
  afterEach(() => {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  });

  async function ask(query: Partial<UsageQuery>) {
    const store = new MemoryTraceStore();
    for (let ago = 0; ago < 20; ago += 1) store.add(storedTurn(ago, { startedAt: nowMs - ago * dayMs }));
    const host = {
      clock: { epochMs: () => nowMs },
      settings: { read: () => ({ usagePrices: noPrices }) },
    } as unknown as Parameters<typeof usageHandlers>[0]['host'];
    const handlers = usageHandlers({ host, store, accounts: { views: () => [] } });
    const answer = await handlers['usage.sums'](UsageQuery.parse({ by: ['day'], ...query }));
    return contract['usage.sums'].output.parse(answer);
  }

  it.each([
    ['UTC', '2026-11-04', '2026-10-29'],
    ['America/New_York', '2026-11-03', '2026-10-28'],
    ['Europe/Berlin', '2026-11-04', '2026-10-29'],
  ])('are those of the program, in %s', async (zone, today, first) => {
    process.env.TZ = zone;
    const answer = await ask({ fromDay: '6d' });
    expect(answer).toMatchObject({ today, fromDay: first, timeZone: zone });
    expect(answer.groups.map(({ keys }) => keys.day)).toHaveLength(7);
    expect(answer.groups.at(0)?.keys.day).toBe(first);
    expect(answer.total.turns).toBe(7);
  });

  it('end as well as begin, beside days that are named', async () => {
    process.env.TZ = 'UTC';
    expect((await ask({ fromDay: '3d', toDay: '1d' })).total.turns).toBe(3);
    expect((await ask({ fromDay: '2026-11-01', toDay: '0d' })).total.turns).toBe(4);
    expect((await ask({ fromDay: null })).fromDay).toBeNull();
  });
});

describe('a day of the command line', () => {
  it.each(['2026-11-23', '2024-02-29', '7d', '0d'])('may be %s', (text) => {
    expect(parseDay(text)).toBe(text);
  });

  it.each(['2026-02-29', '2026-02-30', '2026-13-01', '7', '-7d', '7 d', 'yesterday', '2026-1-1', ''])(
    'is not "%s"',
    (text) => {
      expect(() => parseDay(text)).toThrow('It must be a date');
    },
  );
});
