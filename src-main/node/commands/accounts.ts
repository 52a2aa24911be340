import { text } from 'node:stream/consumers';
import type { AccountView } from '../../shared/account-model.ts';
import { noValue } from '../../shared/no-value.ts';
import { windowName } from '../../shared/quota-window.ts';
import { hostLine } from '../../shared/way-words.ts';
import { english } from '../../shared/words/english.ts';
import type { CommandContext } from '../context.ts';
import { englishAccount } from '../english-account.ts';
import type { CommonOptions } from '../options.ts';
import { tableLines } from './text-table.ts';
import { call, withBridge } from './with-bridge.ts';

/** Lists the accounts. */
export async function listAccounts(
  options: CommonOptions & { readonly json?: true },
  context: CommandContext,
): Promise<number> {
  const listed = await withBridge(options, context, (bridge) => call(bridge, 'accounts.list', null));
  const accounts = listed.map(englishAccount);
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

/**
 * Sets the way out of one account, named by id or e-mail, and tries it; `-` reads the address from standard input, since
 * other users of the machine can see arguments. Throws `account_unknown`, `request_invalid`.
 */
export async function setAccountProxy(
  name: string,
  url: string,
  options: CommonOptions,
  context: CommandContext,
): Promise<number> {
  const address = url === '-' ? (await text(process.stdin)).trim() : url;
  return withBridge(options, context, async (bridge) => {
    const accounts = await call(bridge, 'accounts.list', null);
    const id = accounts.find((known) => known.id === name || known.email === name)?.id ?? name;
    const account = await call(bridge, 'accounts.setProxy', { id, proxyUrl: address === 'none' ? null : address });
    const way = await call(bridge, 'ways.test', { accountId: id, proxyUrl: account.proxyUrl });
    context.print(`${account.email} goes out ${way.proxyUrl === null ? 'straight' : `through ${way.proxyUrl}`}.`);
    for (const host of way.hosts) context.print(`  ${hostLine(host, english)}`);
    return way.hosts.every(({ problem }) => problem === null) ? 0 : 1;
  });
}

const header = ['ACCOUNT', 'WORKSPACE', 'PLAN', 'STATE', 'TRANSPORT', 'USED'];

function accountRow(account: AccountView): readonly string[] {
  return [
    account.email,
    account.workspace ?? noValue,
    account.plan ?? noValue,
    account.enabled ? `${account.state} ${english.format.until(account.cooldownUntil, Date.now())}`.trim() : 'disabled',
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
  return [...windows, ...bought].join(', ') || noValue;
}
