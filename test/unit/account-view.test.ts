import { describe, expect, it } from 'vitest';
import { type AccountFacts, accountView } from '../../src-main/core/accounts/account-view.ts';
import { accountName, nameParts } from '../../src-main/shared/account-name.ts';
import { english } from '../../src-main/shared/words/english.ts';
import { accountFacts } from './account-fixtures.ts';

const now = 1_000_000;
const window = (usedPercent: number, resetAt: number | null) => ({ usedPercent, windowMinutes: 300, resetAt });

const viewOf = (health: Partial<AccountFacts['health']>) => accountView(accountFacts(now, {}, health));

describe('an account with a window that is used up', () => {
  const usage = (primary: number, secondary: number, more = {}) => ({
    usage: { primary: window(primary, now + 60), secondary: window(secondary, now + 900), readAt: now, ...more },
  });
  const credits = { hasCredits: true, unlimited: false, balance: '5' };

  it.each([
    ['room in both', usage(99.4, 10), 'ready', null],
    ['the short one used up', usage(100, 10), 'exhausted', now + 60],
    ['the long one used up', usage(20, 100), 'exhausted', now + 900],
    ['both used up, until the later reset', usage(100, 100), 'exhausted', now + 900],
    ['credits that go on', usage(100, 10, { credits }), 'ready', null],
    ['a refusal that knows better', { ...usage(100, 10), cooldownUntil: now + 5 }, 'exhausted', now + 5],
    ['a reset that is over', { usage: { primary: window(100, now - 1), secondary: null, readAt: 0 } }, 'ready', null],
    ['a reset that is now', { usage: { primary: window(100, now), secondary: null, readAt: 0 } }, 'ready', null],
    ['no word on its reset', { usage: { primary: window(100, null), secondary: null, readAt: 0 } }, 'ready', null],
  ] as const)('%s', (_name, health, state, until) => {
    const view = viewOf(health);
    expect([view.state, view.cooldownUntil]).toEqual([state, until]);
  });
});

describe('the name of an account on its own screens', () => {
  const ada = { email: 'ada.lovelace@example.org', nickname: null, plan: 'pro', label: 'ad…@e… (pro) #2' };

  it.each([
    ['name', ada, 'ada.lovelace@e… (pro) #2'],
    ['email', ada, 'ada.lovelace@example.org (pro) #2'],
    ['masked', ada, 'ad…@e… (pro) #2'],
    ['masked', { ...ada, nickname: 'Work' }, 'Work'],
    ['name', { ...ada, email: 'not-an-address' }, 'ad…@e… (pro) #2'],
    ['name', { ...ada, plan: null, label: 'ad…@e…' }, 'ada.lovelace@e…'],
  ] as const)('as "%s" of %j', (style, named, name) => expect(accountName(named, style)).toBe(name));

  it.each([
    ['ada.lovelace@e… (pro) #2', ['ada.lovelace', '@e…', ' (pro) #2']],
    ['ad…@e… (pro)', ['ad…', '@e…', ' (pro)']],
    ['1 · websocket · ada@e… #2', ['1 · websocket · ada', '@e…', ' #2']],
    ['ada@example.org (pro)', ['ada@example.org', ' (pro)']],
    ['Work', ['Work']],
  ])('%s never ends within what it hints at where it has little room', (name, parts) => {
    expect(nameParts(name)).toEqual(parts);
    expect(nameParts(name).join('')).toBe(name);
  });
});

it('tells until when in local time, and nothing of what is over', () => {
  const noon = new Date(2026, 10, 23, 12).getTime();
  const { until } = english.format;
  expect(until(noon + 3_660_000, noon)).toBe('until 13:01');
  expect(until(noon + 26 * 3_600_000, noon)).toBe('until 24 Nov 14:00');
  expect([until(noon, noon), until(null, noon)]).toEqual(['', '']);
});
