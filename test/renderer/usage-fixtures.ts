import type { UsageAnswer, UsageQuery, WindowForecast } from '../../src-main/shared/usage.ts';
import type { PriceRow } from '../../src-main/shared/usage-price.ts';
import {
  dayAfter,
  dayMeant,
  localDay,
  noUsage,
  pricedGroups,
  type UsageGroup,
} from '../../src-main/shared/usage-words.ts';

const accountId = 'a1';
const longClient = 'GitHubCopilotChat/0.31.2026112301 (linux; x64) vscode/1.108.0-insider-20261120';

const models = ['gpt-5.5-2026-11-20-preview', 'gpt-5.4', 'gpt-5.4-mini', 'gpt-5.3-codex', 'o7', 'gpt-oss', 'gpt-5.1'];
const projects = ['/home/ana/a-project-whose-folder-has-quite-a-long-name/packages/dashboard', '/home/ana/two', ''];

/** Sums of ten days up to today, in which every kind of name occurs. */
export function makeUsage(
  { fromDay: from, by }: UsageQuery,
  prices: readonly PriceRow[] | null = null,
  today = localDay(Date.now()),
): UsageAnswer {
  const fromDay = from === null ? null : dayMeant(from, today);
  const groups: UsageGroup[] = [];
  for (let ago = 9; ago >= 0; ago -= 1) {
    models.forEach((model, index) => {
      // A day without any turn, too.
      if (ago === 4 || (ago + index) % 3 === 0) return;
      const keys = {
        day: dayAfter(today, -ago),
        model,
        client: index % 2 === 0 ? longClient : 'curl 8.5.0',
        project: projects[index % projects.length] ?? '',
        account: index === 6 ? '' : accountId,
        tier: index % 2 === 0 ? '' : 'priority',
        key: index % 3 === 0 ? '' : 'build server',
      };
      const inputTokens = 1_234_567 * (index + 1);
      groups.push({
        turns: 12 + index,
        failed: index === 3 ? 1 : 0,
        inputTokens,
        cachedTokens: Math.floor(inputTokens * 0.8),
        outputTokens: 43_210 * (index + 2),
        reasoningTokens: 12_000,
        untold: 0,
        quotaPercent: 1.5,
        keys,
        accountLabel: index === 6 ? '' : 'an…@e…',
      });
    });
  }
  const asked = groups.filter(({ keys }) => fromDay === null || (keys.day ?? '') >= fromDay);
  const [total] = pricedGroups(asked, [], prices);
  return {
    groups: [...pricedGroups(asked, by, prices)],
    total: total ?? { ...noUsage, keys: {}, accountLabel: null, cost: null, unpricedTokens: 0 },
    firstDay: dayAfter(today, -9),
    fromDay,
    today,
    timeZone: 'Pacific/Kiritimati',
    currency: prices === null ? null : 'USD',
  };
}

/** A short window that will not last, and a long one that will. */
export function makeWindows(nowMs: number): WindowForecast[] {
  const hourMs = 3_600_000;
  return [
    {
      accountId,
      which: 'primary',
      window: { usedPercent: 62, windowMinutes: 300, resetAt: nowMs + 3 * hourMs },
      readAt: nowMs,
      state: 'empties',
      percentPerHour: 23.4,
      basis: 'recent',
      emptyAt: nowMs + 1.6 * hourMs,
    },
    {
      accountId,
      which: 'secondary',
      window: { usedPercent: 21, windowMinutes: 10_080, resetAt: nowMs + 90 * hourMs },
      readAt: nowMs,
      state: 'lasts',
      percentPerHour: 0.3,
      basis: 'window',
      emptyAt: null,
    },
  ];
}
