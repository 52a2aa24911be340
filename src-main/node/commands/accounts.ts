import type { AccountView, UsageWindow } from '../../shared/model.ts';
import type { CommandContext } from '../context.ts';
import type { CommonOptions } from '../options.ts';
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
      'No accounts. Add one with "slipstream login", or share the one of Codex with "slipstream import ~/.codex/auth.json".',
    );
  } else {
    for (const line of alignColumns([header, ...accounts.map(accountRow)])) {
      context.print(line);
    }
    for (const { email, problem } of accounts) if (problem !== null) context.print(`\n${email}: ${problem}`);
  }
  return 0;
}

const header = ['ACCOUNT', 'PLAN', 'STATE', 'TRANSPORT', '5 H', 'WEEK'];

function accountRow(account: AccountView): readonly string[] {
  return [
    account.email,
    account.plan ?? '–',
    account.enabled ? account.state : 'disabled',
    account.websockets === false ? 'http' : 'websocket',
    usedText(account.usage?.primary),
    usedText(account.usage?.secondary),
  ];
}

function usedText(window: UsageWindow | null | undefined): string {
  return window ? `${Math.round(window.usedPercent)} %` : '–';
}

function alignColumns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = header.map((_name, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
