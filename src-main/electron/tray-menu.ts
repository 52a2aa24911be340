import type { SignInMethod } from '../shared/account-model.ts';
import type { AppSettings } from '../shared/settings.ts';
import { fastTiers, tierOfPolicy, toggledFast } from '../shared/tiers.ts';
import type { Translate } from '../shared/words/words.ts';
import type { TrayState } from './tray-state.ts';
import { fastModeText, isByCoin, mostLeftPercent, openTurnsText, quotaText } from './tray-text.ts';

export type TrayAction =
  | { readonly kind: 'open'; readonly screen?: 'clients' | 'accounts' | 'overview' | 'lab' }
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
  const { t } = state.words;
  return [
    { type: 'text', label: menuTitle(state) },
    ...(hasProblems ? [problemsItem(t)] : []),
    separator,
    ...fastTiers.map(
      (tier) =>
        ({
          type: 'checkbox',
          label: t(`tray.tier.${tier.policy}`),
          checked: settings.fastPolicy === tier.policy,
          action: { kind: 'set', settings: { fastPolicy: toggledFast(settings.fastPolicy, tier) } },
        }) as const,
    ),
    ...(isByCoin(state) ? [coinItem(t)] : []),
    separator,
    ...accountItems(state),
    ...(state.accounts.some((account) => account.state === 'locked') ? [lockedItem(t)] : []),
    signInMenu(t),
    separator,
    { type: 'button', label: t('tray.open'), action: { kind: 'open' } },
    { type: 'button', label: t('tray.copyBaseUrl'), action: { kind: 'copy', what: 'baseUrl' } },
    { type: 'button', label: t('tray.copyKey'), action: { kind: 'copy', what: 'apiKey' } },
    ...(clients.length === 0 ? [] : [clientMenu(t, clients)]),
    separator,
    ...(canStartAtLogin ? [switchItem(t('tray.startAtLogin'), settings, 'startAtLogin')] : []),
    switchItem(t(paused ? 'tray.paused' : 'tray.pause'), settings, 'paused'),
    { type: 'button', label: t('tray.quit'), action: { kind: 'quit' } },
  ];
}

/** One line about what goes on, for the icon's tooltip. On Linux the icon alone tells of turns: there a tip changes rarely. */
export function tipText(state: TrayState, platform: NodeJS.Platform): string {
  const { accounts, firstTokenMs, running, words } = state;
  const { t, format } = words;
  const turns = platform === 'linux' ? [] : [openTurnsText(t, running)];
  const today = firstTokenMs === null ? [] : [t('tray.firstToken', { time: format.ms(firstTokenMs) })];
  const left = mostLeftPercent(accounts);
  const quota = left === null ? [] : [t('tray.quota.most', { percent: format.percent(left) })];
  return `Slipstream: ${titleWith(state, [...turns, ...today, ...quota])}${fastModeText(state)}`;
}

/** What is left of the quota, for the bar of macOS; nothing unless that is wanted and known. */
export function barText({ accounts, settings, words: { format } }: TrayState): string {
  const left = settings.menuBarQuota ? mostLeftPercent(accounts) : null;
  return left === null ? '' : format.percent(left);
}

/** The same without what changes with every turn: a menu that is made anew folds its open submenus. */
function menuTitle(state: TrayState): string {
  return titleWith(state, []);
}

function titleWith({ baseUrl, accounts, settings, words: { t } }: TrayState, more: readonly string[]): string {
  const where = baseUrl.replace(/^https?:\/\//, '');
  if (settings.paused) return `${t('tray.title.paused')} · ${where}`;
  if (accounts.length === 0) return `${t('tray.title.noAccount')} · ${where}`;
  return [t('tray.title.accounts', { n: accounts.length }), ...more, where].join(' · ');
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

const problemsItem = (t: Translate): TrayItem => ({
  type: 'button',
  label: t('tray.problems'),
  action: { kind: 'open', screen: 'overview' },
});

/** Where it is left. */
const coinItem = (t: Translate): TrayItem => ({
  type: 'button',
  label: `${t('tray.byCoin')} …`,
  action: { kind: 'open', screen: 'lab' },
});

const lockedItem = (t: Translate): TrayItem => ({
  type: 'button',
  label: t('tray.unlock'),
  action: { kind: 'open', screen: 'accounts' },
});

const signInMenu = (t: Translate): TrayItem => ({
  type: 'submenu',
  label: t('tray.signIn'),
  items: [
    { type: 'button', label: t('tray.signIn.browser'), action: { kind: 'sign-in', method: 'browser' } },
    { type: 'button', label: t('tray.signIn.device'), action: { kind: 'sign-in', method: 'device' } },
  ],
});

function accountItems({ accounts, settings: { pinnedAccountId }, words }: TrayState): readonly TrayItem[] {
  const { t } = words;
  if (accounts.length === 0) {
    return [{ type: 'button', label: t('tray.addAccount'), action: { kind: 'open', screen: 'accounts' } }];
  }
  const pinned = accounts.some(({ id }) => id === pinnedAccountId) ? pinnedAccountId : null;
  return [
    {
      type: 'radio',
      label: t('tray.automatic'),
      checked: pinned === null,
      action: { kind: 'set', settings: { pinnedAccountId: null } },
    },
    ...accounts.map(
      (account) =>
        ({
          type: 'radio',
          label: `${account.nickname ?? account.label} · ${quotaText(words, account)}`,
          checked: account.id === pinned,
          action: { kind: 'set', settings: { pinnedAccountId: account.id } },
        }) as const,
    ),
  ];
}

function clientMenu(t: Translate, clients: TrayState['clients']): TrayItem {
  const items = clients.map(({ name }) => ({
    type: 'button' as const,
    label: t('tray.client', { name }),
    action: { kind: 'open', screen: 'clients' } as const,
  }));
  return { type: 'submenu', label: t('tray.clients'), items };
}

type SwitchName = { [K in keyof AppSettings]: boolean extends AppSettings[K] ? K : never }[keyof AppSettings];

/** A setting that is on or off; where nobody has said, it is off. */
function switchItem(label: string, settings: AppSettings, name: SwitchName): TrayItem {
  const checked = settings[name] === true;
  return { type: 'checkbox', label, checked, action: { kind: 'set', settings: { [name]: !checked } } };
}
