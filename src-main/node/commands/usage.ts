import type { CallOutput } from '../../shared/contract.ts';
import { noValue } from '../../shared/no-value.ts';
import { windowName } from '../../shared/quota-window.ts';
import type { WindowForecast } from '../../shared/usage.ts';
import { localDay, localTimeZone, type PricedGroup, type UsageKey, usageCsv } from '../../shared/usage-words.ts';
import { systemClock } from '../clock.ts';
import type { CommandContext } from '../context.ts';
import { tableLines } from './text-table.ts';
import type { UsageOptions } from './usage-options.ts';
import { call, withBridge } from './with-bridge.ts';

/** Tells what turns used, and how the accounts' windows stand. */
export async function showUsage(options: UsageOptions, context: CommandContext): Promise<number> {
  const { by, since: fromDay = null, until: toDay = null } = options;
  const [answer, windows, accounts] = await withBridge(options, context, async (bridge) => [
    await call(bridge, 'usage.sums', { fromDay, toDay, by: [...by] }),
    await call(bridge, 'usage.windows', null),
    await call(bridge, 'accounts.list', null),
  ]);
  if (options.json) {
    context.print(JSON.stringify({ ...answer, windows }, null, 2));
  } else if (options.csv) {
    await context.write(usageCsv(answer.groups, by, answer.currency));
  } else {
    for (const line of usageLines(answer, by)) context.print(line);
    if (answer.timeZone !== localTimeZone()) context.print(`Days are those of the program, in ${answer.timeZone}.`);
    const nameOf = (id: string): string => accounts.find((account) => account.id === id)?.email ?? id;
    for (const line of windowLines(windows, nameOf)) context.print(line);
  }
  return 0;
}

/** The sums as a table, with their total below. */
function usageLines(answer: CallOutput<'usage.sums'>, by: readonly UsageKey[]): readonly string[] {
  const { groups, total, currency } = answer;
  if (total.turns === 0 && groups.length === 0) return ['No usage in this time.'];
  const count = (value: number): string => value.toLocaleString('en');
  const cells = (group: PricedGroup): readonly string[] => [
    count(group.turns),
    count(group.inputTokens),
    count(group.cachedTokens),
    count(group.outputTokens),
    count(group.reasoningTokens),
    `${group.quotaPercent.toFixed(1)} %`,
    ...(currency === null ? [] : [group.cost === null ? noValue : group.cost.toFixed(2)]),
  ];
  const keyText = (group: PricedGroup, key: UsageKey): string =>
    (key === 'account' ? group.accountLabel : group.keys[key]) || noValue;
  const heading = [
    ...by.map((key) => key.toUpperCase()),
    'TURNS',
    'INPUT',
    'CACHED',
    'OUTPUT',
    'REASONING',
    'QUOTA',
    ...(currency === null ? [] : [currency]),
  ];
  const lines = groups.map((group) => [...by.map((key) => keyText(group, key)), ...cells(group)]);
  const last = by.length === 0 ? [] : [[...by.map((_, index) => (index === 0 ? 'total' : '')), ...cells(total)]];
  return [...tableLines([heading, ...lines, ...last], { indent: '', gap: '  ' }), ...untoldLines(total)];
}

/** What the sums lack. */
function untoldLines({ untold }: PricedGroup): readonly string[] {
  if (untold === 0) return [];
  const turns = untold === 1 ? '1 turn that was' : `${untold.toLocaleString('en')} turns that were`;
  return [`Without the tokens of ${turns} left or cut: upstream counts at the end.`];
}

/** `5 h of ana@…: 40 %, empties at 16:40 at this pace; resets 18:10`. */
function windowLines(windows: readonly WindowForecast[], nameOf: (id: string) => string): readonly string[] {
  const lines = windows.map((forecast) => {
    const { accountId, window } = forecast;
    const name = windowName(window.windowMinutes, { unknown: 'its limit' });
    return `${name} of ${nameOf(accountId)}: ${Math.round(window.usedPercent)} % used${paceWords(forecast)}`;
  });
  return lines.length === 0 ? [] : ['', ...lines];
}

function paceWords({ state, emptyAt, window }: WindowForecast): string {
  const resets = window.resetAt === null ? '' : `; resets ${clockText(window.resetAt)}`;
  if (state === 'empty') return `, used up${resets}`;
  if (state === 'empties' && emptyAt !== null) return `, empties at ${clockText(emptyAt)} at this pace${resets}`;
  return state === 'lasts' ? `, lasts at this pace${resets}` : resets;
}

/** Local time of day, with the day where it is not today. */
function clockText(epochMs: number): string {
  const time = new Date(epochMs).toTimeString().slice(0, 5);
  const day = localDay(epochMs);
  return day === localDay(systemClock.epochMs()) ? time : `${day} ${time}`;
}
