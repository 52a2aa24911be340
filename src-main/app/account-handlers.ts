import type { Account } from '../core/accounts/account.ts';
import { officialAuthPath } from '../core/codex-home.ts';
import type { CallName, Handlers } from '../shared/contract.ts';
import type { ImportPreview } from '../shared/import-model.ts';
import { meantProxy, shownProxy } from '../shared/proxy-address.ts';
import type { AppSettings } from '../shared/settings.ts';
import type { AccountParts } from './accounts.ts';
import { readConfig } from './import-config.ts';

type AccountCalls = Extract<CallName, `accounts.${string}` | `signIn.${string}`>;

interface AccountHooks {
  /** An account was added or signed in again. */
  readonly added: () => void;
  /** What is known of an account's transport is old news. */
  readonly transportForgotten: (id: string) => void;
  /** The account is gone. */
  readonly removed: (id: string) => void;
  /** Another program's configuration was imported. */
  readonly setSettings: (patch: Partial<AppSettings>) => unknown;
}

/** The contract's calls about accounts and sign-ins. */
export function accountHandlers(parts: AccountParts, hooks: AccountHooks): Pick<Handlers, AccountCalls> {
  const { store, accounts, readSignIns, linked, usage, readUsageQuietly, routing, signIns, revokeSignIn, unlock } =
    parts;
  const added = (account: Account) => {
    hooks.added();
    readUsageQuietly(account);
    void routing.refresh(account);
  };
  const remove = async (id: string) => {
    signIns.accountLeaves(id);
    await store.remove(id);
    hooks.removed(id);
  };
  signIns.onChange(() => {
    const view = signIns.view();
    const account = view?.state === 'done' && view.accountId !== null ? store.get(view.accountId) : null;
    if (account !== null) added(account);
  });
  // "Signed in as …" is said no longer than it is true.
  accounts.onChange(() => {
    const view = signIns.view();
    if (view?.state !== 'done' || view.accountId === null) return;
    const account = store.get(view.accountId);
    if (account === null || accounts.health(account.id).signedOut !== null) signIns.dismiss(view.id);
  });
  /** Settings or sign-ins, as `accounts.import` would take them. Rejects with `account_file_invalid`. */
  const preview = async (text: string): Promise<ImportPreview> => {
    const config = await readConfig(text);
    if (config !== null) {
      const { proxyUrl, ...others } = config.settings;
      const shown = { ...others, ...(proxyUrl === undefined ? {} : { proxyUrl: shownProxy(proxyUrl) }) };
      const settings = Object.entries(shown).map(([name, value]) => ({
        name: name as keyof typeof shown,
        value: String(value),
      }));
      return { tool: config.tool, accounts: [], settings, left: [...config.left] };
    }
    const read = readSignIns(text);
    const found = read.accounts.map(({ id, email, plan }) => ({ email, plan, isThere: store.has(id) }));
    return { tool: read.tool, accounts: found, settings: [], left: [...read.left] };
  };
  return {
    'accounts.list': () => accounts.views(),
    'accounts.preview': ({ text }) => preview(text),
    'accounts.import': async ({ text }) => {
      const config = await readConfig(text);
      if (config !== null) {
        await hooks.setSettings(config.settings);
        return accounts.views();
      }
      for (const account of await accounts.importFile(text)) added(account);
      return accounts.views();
    },
    'accounts.link': async ({ path }) => {
      added(await linked.link(path ?? officialAuthPath(process.env)));
      return accounts.views();
    },
    'accounts.setEnabled': async ({ id, enabled }) => accounts.view(await store.update(id, { enabled })),
    'accounts.setPriority': async ({ id, priority }) => accounts.view(await store.update(id, { priority })),
    'accounts.setNickname': async ({ id, nickname }) => accounts.view(await store.update(id, { nickname })),
    'accounts.setProxy': async ({ id, proxyUrl }) => {
      hooks.transportForgotten(id);
      const stored = await store.update(id, (now) => ({ proxyUrl: meantProxy(proxyUrl, now.proxyUrl) }));
      accounts.ways.left(id);
      return accounts.view(stored);
    },
    'accounts.setWebsockets': async ({ id, websockets }) => {
      hooks.transportForgotten(id);
      return accounts.view(await store.update(id, { websockets }));
    },
    'accounts.tryAgain': async ({ id }) => {
      if (store.get(id) === null && store.has(id)) await unlock();
      const account = store.require(id);
      hooks.transportForgotten(id);
      accounts.verdicts.clear(id);
      return accounts.view(account);
    },
    'accounts.remove': async ({ id }) => {
      await remove(id);
      return null;
    },
    'accounts.signOut': async ({ id, revoke }) => {
      store.require(id);
      const revoked = revoke && (await revokeSignIn(id));
      await remove(id);
      return { revoked };
    },
    'accounts.readUsage': async ({ id }) => {
      const account = store.require(id);
      await usage.read(account);
      return accounts.view(store.get(id) ?? account);
    },
    'accounts.freshenUsage': async () => {
      await usage.freshen(accounts.renewable());
      return accounts.views();
    },
    'signIn.start': ({ method, ...way }) => signIns.start(method, way),
    'signIn.cancel': ({ id }) => signIns.cancel(id),
    'signIn.paste': ({ id, url }) => signIns.paste(id, url),
    'signIn.wait': ({ id }) => signIns.wait(id),
    'signIn.dismiss': ({ id }) => {
      signIns.dismiss(id);
      return null;
    },
  };
}
