import type { SignInMethod } from '../shared/account-model.ts';
import type { AppSettings } from '../shared/settings.ts';
import { fastTiers, tierOfPolicy, toggledFast } from '../shared/tiers.ts';
import type { TrayState } from './tray-state.ts';
import { openTurnsText, quotaText } from './tray-text.ts';

export type TrayAction =
  | { readonly kind: 'open'; readonly screen?: 'clients' | 'accounts' | 'overview' }
  | { readonly kind: 'set'; readonly settings: Partial<AppSettings> }
  | { readonly kind: 'sign-in'; readonly method: SignInMethod }
  | { readonly kind: 'copy'; readonly what: 'baseUrl' | 'apiKey' | 'diagnostics' }
  | { readonly kind: 'quit' };

export type TrayItem =
  | { readonly type: 'text'; readonly label: string }
  | { readonly type: 'separator' }
  | { readonly type: 'button'; readonly label: string; readonly action: TrayAction }
  | {
      readonly type: 'checkbox' | 'radio';
      readonly label: string;
      readonly checked: boolean;
      readonly action: TrayAction;
    }
  | { readonly type: 'submenu'; readonly label: string; readonly items: readonly TrayItem[] };

/** The icon's looks: each has its image in every theme. */
export type TrayIconName = 'idle' | 'busy' | 'fast' | 'fast-busy' | 'attention';

const separator = { type: 'separator' } as const;

/** The menu as data. A fast tier is a plain check: unchecked is `auto`; `off` is set in Settings. */
export function buildTrayMenu(state: TrayState): readonly TrayItem[] {
  const { canStartAtLogin, clients, hasProblems, settings } = state;
  const { paused } = settings;
  return [
    { type: 'text', label: menuTitle(state) },
    ...(hasProblems ? [problemsItem] : []),
    separator,
    ...fastTiers.map(
      (tier) =>
        ({
          type: 'checkbox',
          label: tier.switchLabel,
          checked: settings.fastPolicy === tier.policy,
          action: { kind: 'set', settings: { fastPolicy: toggledFast(settings.fastPolicy, tier) } },
        }) as const,
    ),
    separator,
    ...accountItems(state),
    ...(state.accounts.some((account) => account.state === 'locked') ? [lockedItem] : []),
    signInMenu,
    separator,
    { type: 'button', label: 'Open dashboard', action: { kind: 'open' } },
    { type: 'button', label: 'Copy base URL', action: { kind: 'copy', what: 'baseUrl' } },
    { type: 'button', label: 'Copy API key', action: { kind: 'copy', what: 'apiKey' } },
    ...(clients.length === 0 ? [] : [clientMenu(clients)]),
    separator,
    ...(canStartAtLogin ? [switchItem('Start at login', settings, 'startAtLogin')] : []),
    switchItem(paused ? 'Paused' : 'Pause', settings, 'paused'),
    { type: 'button', label: 'Quit Slipstream', action: { kind: 'quit' } },
  ];
}

/** One line about what goes on, for the icon's tooltip. */
export function statusLine(state: TrayState): string {
  return titleWith(state, [openTurnsText(state.running)]);
}

/** The same without what changes with every turn: a menu that is made anew folds its open submenus. */
function menuTitle(state: TrayState): string {
  return titleWith(state, []);
}

function titleWith({ baseUrl, accounts, settings }: TrayState, more: readonly string[]): string {
  const where = baseUrl.replace(/^https?:\/\//, '');
  if (settings.paused) return `Paused: new turns are refused · ${where}`;
  if (accounts.length === 0) return `No account yet · ${where}`;
  const count = `${accounts.length} ${accounts.length === 1 ? 'account' : 'accounts'}`;
  return [count, ...more, where].join(' · ');
}

/** The image that fits a state: what needs the user comes before what merely goes on. */
export function trayIcon({ accounts, hasProblems, running, settings }: TrayState): TrayIconName {
  // A token that has ended is renewed with the next turn, unless something stands in the way.
  const usable = accounts.filter(
    ({ enabled, state, problem }) => enabled && (state === 'ready' || (state === 'expired' && problem === null)),
  );
  const needsUser = accounts.some(({ enabled, state }) => enabled && (state === 'signed-out' || state === 'locked'));
  if (settings.paused || hasProblems || needsUser || usable.length === 0) return 'attention';
  if (tierOfPolicy(settings.fastPolicy) !== null) return running > 0 ? 'fast-busy' : 'fast';
  return running > 0 ? 'busy' : 'idle';
}

const problemsItem: TrayItem = {
  type: 'button',
  label: 'Something is wrong with the settings or the kept requests …',
  action: { kind: 'open', screen: 'overview' },
};

const lockedItem: TrayItem = {
  type: 'button',
  label: 'Unlock accounts …',
  action: { kind: 'open', screen: 'accounts' },
};

const signInMenu: TrayItem = {
  type: 'submenu',
  label: 'Sign in',
  items: [
    { type: 'button', label: 'With the browser', action: { kind: 'sign-in', method: 'browser' } },
    { type: 'button', label: 'With a device code …', action: { kind: 'sign-in', method: 'device' } },
  ],
};

function accountItems({ accounts, settings: { pinnedAccountId } }: TrayState): readonly TrayItem[] {
  if (accounts.length === 0) {
    return [{ type: 'button', label: 'Add an account …', action: { kind: 'open', screen: 'accounts' } }];
  }
  const pinned = accounts.some(({ id }) => id === pinnedAccountId) ? pinnedAccountId : null;
  return [
    {
      type: 'radio',
      label: 'Choose automatically',
      checked: pinned === null,
      action: { kind: 'set', settings: { pinnedAccountId: null } },
    },
    ...accounts.map(
      (account) =>
        ({
          type: 'radio',
          label: `${account.label} · ${quotaText(account)}`,
          checked: account.id === pinned,
          action: { kind: 'set', settings: { pinnedAccountId: account.id } },
        }) as const,
    ),
  ];
}

function clientMenu(clients: TrayState['clients']): TrayItem {
  const items = clients.map(({ name }) => ({
    type: 'button' as const,
    label: `${name} …`,
    action: { kind: 'open', screen: 'clients' } as const,
  }));
  return { type: 'submenu', label: 'Set up a client', items };
}

type SwitchName = { [K in keyof AppSettings]: boolean extends AppSettings[K] ? K : never }[keyof AppSettings];

/** A setting that is on or off; where nobody has said, it is off. */
function switchItem(label: string, settings: AppSettings, name: SwitchName): TrayItem {
  const checked = settings[name] === true;
  return { type: 'checkbox', label, checked, action: { kind: 'set', settings: { [name]: !checked } } };
}
