import type { AccountView } from '../../shared/account-model.ts';
import { windowName } from '../../shared/quota-window.ts';
import { untilText } from '../../shared/until-text.ts';
import type { CommandContext } from '../context.ts';
import type { CommonOptions } from '../options.ts';
import { tableLines } from './text-table.ts';
import { call, withBridge } from './with-bridge.ts';

/** Lists the accounts. */
export async function listAccounts(
  options: CommonOptions & { readonly json?: true },
  context: CommandContext,
): Promise<number> {
  const accounts = await withBridge(options, context, (bridge) => call(bridge, 'accounts.list', null));
  if (options.json) {
    context.print(JSON.stringify(accounts, null, 2));
  } else if (accounts.length === 0) {
    context.print(
      'No accounts. Add one with "npx slipstream login", or share the one of Codex with "npx slipstream import ~/.codex/auth.json".',
    );
  } else {
    const lines = tableLines([header, ...accounts.map(accountRow)], { indent: '', gap: '  ' });
    for (const line of lines) context.print(line);
    for (const { email, problem } of accounts) if (problem !== null) context.print(`\n${email}: ${problem}`);
  }
  return 0;
}

const header = ['ACCOUNT', 'WORKSPACE', 'PLAN', 'STATE', 'TRANSPORT', 'USED'];

function accountRow(account: AccountView): readonly string[] {
  return [
    account.email,
    account.workspace ?? '–',
    account.plan ?? '–',
    account.enabled ? `${account.state}${untilText(account.cooldownUntil, Date.now())}` : 'disabled',
    account.websockets === false ? 'http' : 'websocket',
    usedText(account),
  ];
}

/** `34 % of 5 h, 61 % of 7 d, credits 12.50`; a window is called by its length, which is not the same for every plan. */
export function usedText({ usage }: Pick<AccountView, 'usage'>): string {
  const windows = [usage?.primary, usage?.secondary].flatMap((window) =>
    window == null
      ? []
      : [`${Math.round(window.usedPercent)} % of ${windowName(window.windowMinutes, { unknown: 'its limit' })}`],
  );
  const { credits } = usage ?? {};
  const balance = credits?.unlimited ? 'unlimited' : credits?.balance;
  const bought = credits?.hasCredits ? [`credits${balance == null ? '' : ` ${balance}`}`] : [];
  return [...windows, ...bought].join(', ') || '–';
}
