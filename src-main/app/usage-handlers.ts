import type { Host } from '../core/ports.ts';
import type { TraceStore } from '../core/traces/store/trace-store.ts';
import type { AccountView } from '../shared/account-model.ts';
import type { Handlers } from '../shared/contract.ts';
import type { WindowForecast } from '../shared/usage.ts';
import { forecastWindow } from '../shared/usage-forecast.ts';
import { dayMeant, localDay, localTimeZone, noUsage, pricedGroups } from '../shared/usage-words.ts';

interface UsageParts {
  readonly host: Pick<Host, 'clock' | 'settings'>;
  readonly store: TraceStore;
  readonly accounts: { views(): readonly AccountView[] };
}

export type UsageCall = 'usage.sums' | 'usage.windows';

/** Readings further back say nothing of the pace now. */
const readingsMs = 5 * 60 * 60_000;

/** The calls about what turns used. */
export function usageHandlers({ host, store, accounts }: UsageParts): Pick<Handlers, UsageCall> {
  return {
    'usage.sums': async ({ fromDay: from, toDay: to, by }) => {
      const today = localDay(host.clock.epochMs());
      const fromDay = from === null ? null : dayMeant(from, today);
      const toDay = to === null ? null : dayMeant(to, today);
      const { isShown, currency, rows } = host.settings.read().usagePrices;
      const used = isShown ? rows : null;
      // Prices differ by model and tier: these are told apart first, and put together again.
      const { groups, firstDay } = await store.usage({
        fromDay,
        toDay,
        by: [...new Set([...by, 'model', 'tier'] as const)],
      });
      const [total] = pricedGroups(groups, [], used);
      return {
        groups: [...pricedGroups(groups, by, used)],
        total: total ?? { ...noUsage, keys: {}, accountLabel: null, cost: null, unpricedTokens: 0 },
        firstDay,
        fromDay,
        today,
        timeZone: localTimeZone(),
        currency: isShown ? currency : null,
      };
    },
    'usage.windows': async () => {
      const nowMs = host.clock.epochMs();
      const readings = Map.groupBy(await store.quotaReadings(nowMs - readingsMs), ({ accountId }) => accountId);
      return accounts.views().flatMap(({ id, usage }) => {
        if (usage === null) return [];
        const { readAt } = usage;
        return (['primary', 'secondary'] as const).flatMap((which): WindowForecast[] => {
          const window = usage[which];
          if (window === null) return [];
          // Turns tell the short window alone.
          const told = which === 'primary' ? (readings.get(id) ?? []) : [];
          const forecast = forecastWindow({ window, readAt, readings: told, nowMs });
          return [{ accountId: id, window, which, readAt, ...forecast }];
        });
      });
    },
  };
}
