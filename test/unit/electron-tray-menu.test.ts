import { describe, expect, it } from 'vitest';
import { barText, buildTrayMenu, type TrayItem, tipText, trayIcon } from '../../src-main/electron/tray-menu.ts';
import type { TrayAccount, TrayState } from '../../src-main/electron/tray-state.ts';
import { fastModeText, quotaText } from '../../src-main/electron/tray-text.ts';
import type { AppSettings } from '../../src-main/shared/settings.ts';
import { fastTiers } from '../../src-main/shared/tiers.ts';
import { english } from '../../src-main/shared/words/english.ts';
import { plainSettings } from '../renderer/fixtures.ts';

const window = (usedPercent: number, windowMinutes: number | null) => ({ usedPercent, windowMinutes, resetAt: null });
const account: TrayAccount = {
  id: 'a',
  nickname: null,
  label: 'ad…@e… (plus)',
  enabled: true,
  state: 'ready',
  problem: null,
  cooldownUntil: null,
  usage: { primary: window(34, 300), secondary: window(12, 10_080), readAt: 0 },
};
const idle: TrayState = {
  baseUrl: 'http://127.0.0.1:2575',
  settings: plainSettings,
  words: english,
  hasProblems: false,
  accounts: [account, { ...account, id: 'b', label: 'gr…@e… (pro)' }],
  running: 0,
  byCoin: false,
  firstTokenMs: null,
  canStartAtLogin: true,
  clients: [{ id: 'codex', name: 'Codex CLI' }],
};
const paused = { ...plainSettings, paused: true };
const labels = (state: TrayState) => buildTrayMenu(state).map((item) => (item.type === 'separator' ? '—' : item.label));
const itemOf = (state: TrayState, label: string): TrayItem | undefined =>
  buildTrayMenu(state).find(
    (item) => item.type !== 'separator' && item.type !== 'text' && item.label.startsWith(label),
  );

describe('the text in the bar of macOS', () => {
  it.each([
    [false, [account], ''],
    [true, [account], english.format.percent(66)],
    [true, [{ ...account, usage: null }], ''],
  ])('where it is wanted (%s) is %#', (menuBarQuota, accounts, text) => {
    expect(barText({ ...idle, accounts, settings: { ...plainSettings, menuBarQuota } })).toBe(text);
  });
});

describe('the tray menu', () => {
  it('says where something is wrong with Slipstream’s own files, and asks for a look', () => {
    const troubled = { ...idle, hasProblems: true };
    expect(itemOf(troubled, 'Something is wrong')).toMatchObject({ action: { kind: 'open', screen: 'overview' } });
    expect([trayIcon(idle), trayIcon(troubled)]).toEqual(['idle', 'attention']);
  });

  it('calls an account by its nickname where it has one, else masked', () => {
    const named = labels({ ...idle, accounts: [account, { ...account, id: 'b', nickname: 'Work' }] });
    expect(named.filter((label) => label.includes(' % ')).map((label) => label.split(' · ')[0])).toEqual([
      'ad…@e… (plus)',
      'Work',
    ]);
  });

  it('says that a coin decides, and leads to where it is left, unless the switch decides', () => {
    const byCoin = { ...idle, byCoin: true };
    expect(itemOf(byCoin, 'fast: by coin')).toMatchObject({ action: { kind: 'open', screen: 'lab' } });
    expect(fastModeText(byCoin)).toBe(' · fast: by coin');
    for (const fastPolicy of ['on', 'off'] as const) {
      const switched = { ...byCoin, settings: { ...plainSettings, fastPolicy } };
      expect([itemOf(switched, 'fast: by coin'), fastModeText(switched)]).toEqual([
        undefined,
        fastPolicy === 'on' ? ' · fast mode' : '',
      ]);
    }
  });

  it('has what the design names, in its order', () => {
    expect(labels(idle)).toEqual([
      '2 accounts · 127.0.0.1:2575',
      '—',
      ...fastTiers.map(({ policy }) => english.t(`tray.tier.${policy}`)),
      '—',
      'Choose automatically',
      'ad…@e… (plus) · 66 % of 5 h left, 88 % of week left',
      'gr…@e… (pro) · 66 % of 5 h left, 88 % of week left',
      'Sign in',
      '—',
      'Open dashboard',
      'Copy base URL',
      'Copy API key',
      'Set up a client',
      '—',
      'Start at login',
      'Pause',
      'Quit Slipstream',
    ]);
  });

  it.each([
    ['on', true, 'auto'],
    ['auto', false, 'on'],
    ['off', false, 'on'],
  ] as const)(
    'with the policy %s, fast mode is checked: %s, and a click makes it %s',
    (fastPolicy, checked, policy) => {
      expect(itemOf({ ...idle, settings: { ...plainSettings, fastPolicy } }, 'Fast mode')).toMatchObject({
        checked,
        action: { kind: 'set', settings: { fastPolicy: policy } },
      });
    },
  );

  it('pins an account, and frees it again', () => {
    expect(itemOf(idle, 'Choose')).toMatchObject({
      type: 'radio',
      checked: true,
      action: { kind: 'set', settings: { pinnedAccountId: null } },
    });
    const pinned = { ...idle, settings: { ...plainSettings, pinnedAccountId: 'b' } };
    expect(itemOf(pinned, 'Choose')).toMatchObject({ checked: false });
    expect(itemOf(pinned, 'gr')).toMatchObject({
      type: 'radio',
      checked: true,
      action: { kind: 'set', settings: { pinnedAccountId: 'b' } },
    });
    expect(itemOf({ ...idle, settings: { ...plainSettings, pinnedAccountId: 'gone' } }, 'Choose')).toMatchObject({
      checked: true,
    });
  });

  it.each([[[]], [[account]]])('offers both ways to sign in: %#', (accounts) => {
    expect(itemOf({ ...idle, accounts }, 'Sign in')).toEqual({
      type: 'submenu',
      label: 'Sign in',
      items: [
        { type: 'button', label: 'With the browser', action: { kind: 'sign-in', method: 'browser' } },
        { type: 'button', label: 'With a device code …', action: { kind: 'sign-in', method: 'device' } },
      ],
    });
  });

  it('offers what can be done, and nothing else', () => {
    expect(labels({ ...idle, canStartAtLogin: false })).not.toContain('Start at login');
    expect(labels({ ...idle, clients: [] })).not.toContain('Set up a client');
    expect(labels({ ...idle, accounts: [] })).toContain('Add an account …');
  });

  it.each<[string, Partial<AppSettings>, boolean, Partial<AppSettings>]>([
    ['Pause', {}, false, { paused: true }],
    ['Paused', { paused: true }, true, { paused: false }],
    ['Start at login', {}, false, { startAtLogin: true }],
    ['Start at login', { startAtLogin: false }, false, { startAtLogin: true }],
    ['Start at login', { startAtLogin: true }, true, { startAtLogin: false }],
  ])('has the switch “%s” with %o: checked %s, and a click sets %o', (label, change, checked, settings) => {
    expect(itemOf({ ...idle, settings: { ...plainSettings, ...change } }, label)).toEqual({
      type: 'checkbox',
      label,
      checked,
      action: { kind: 'set', settings },
    });
  });

  it.each<[Partial<TrayState>, string, string]>([
    [{ accounts: [] }, 'No account yet · 127.0.0.1:2575', 'No account yet · 127.0.0.1:2575'],
    [{ accounts: [account] }, '1 account · idle · 127.0.0.1:2575', '1 account · 127.0.0.1:2575'],
    [{ running: 1 }, '2 accounts · 1 turn running · 127.0.0.1:2575', '2 accounts · 127.0.0.1:2575'],
    [{ running: 3 }, '2 accounts · 3 turns running · 127.0.0.1:2575', '2 accounts · 127.0.0.1:2575'],
    [
      { firstTokenMs: 843 },
      '2 accounts · idle · first token 843 ms today · 127.0.0.1:2575',
      '2 accounts · first token 843 ms today · 127.0.0.1:2575',
    ],
    [
      { settings: paused },
      'Paused: new turns are refused · 127.0.0.1:2575',
      'Paused: new turns are refused · 127.0.0.1:2575',
    ],
  ])('says what goes on, and on Linux not what changes with every turn: %#', (change, elsewhere, linux) => {
    const tipOn = (platform: NodeJS.Platform) =>
      tipText({ ...idle, ...change }, platform).replace(/ · \d+ % of quota left/, '');
    expect([tipOn('win32'), tipOn('linux')]).toEqual([`Slipstream: ${elsewhere}`, `Slipstream: ${linux}`]);
  });
});

describe('the tray icon', () => {
  it.each<[string, Partial<TrayState>]>([
    ['idle', {}],
    ['busy', { running: 1 }],
    ['fast', { settings: { ...plainSettings, fastPolicy: 'on' } }],
    ['fast-busy', { settings: { ...plainSettings, fastPolicy: 'on' }, running: 2 }],
    ['attention', { accounts: [] }],
    ['attention', { settings: paused, running: 1 }],
    [
      'attention',
      { accounts: [account, { ...account, state: 'signed-out' }], settings: { ...plainSettings, fastPolicy: 'on' } },
    ],
    ['attention', { accounts: [{ ...account, state: 'exhausted' }] }],
    ['idle', { accounts: [{ ...account, state: 'expired' }] }],
    ['attention', { accounts: [{ ...account, state: 'expired', problem: 'The issuer could not be reached.' }] }],
    ['idle', { accounts: [account, { ...account, enabled: false, state: 'signed-out' }] }],
  ])('is %s: %#', (icon, change) => {
    expect(trayIcon({ ...idle, ...change })).toBe(icon);
  });
});

describe('what is left of an account', () => {
  it.each<[Partial<TrayAccount>, string]>([
    [{}, '66 % of 5 h left, 88 % of week left'],
    [{ usage: null }, 'quota not read yet'],
    [{ usage: { primary: window(120, 30), secondary: null, readAt: 0 } }, '0 % of 30 min left'],
    [
      { usage: { primary: window(0, 2_880), secondary: window(1, null), readAt: 0 } },
      '100 % of 2 d left, 99 % of limit left',
    ],
    [{ state: 'signed-out' }, 'signed out'],
    [{ state: 'exhausted' }, 'usage limit reached'],
    [{ enabled: false, state: 'signed-out' }, 'disabled'],
  ])('is said: %#', (change, expected) => {
    expect(quotaText(english, { ...account, ...change })).toBe(expected);
  });
});
