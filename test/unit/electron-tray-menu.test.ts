import { describe, expect, it } from 'vitest';
import { buildTrayMenu, statusLine, type TrayState } from '../../src-main/electron/tray-menu.ts';

const idle: TrayState = { baseUrl: 'http://127.0.0.1:2575', fastPolicy: 'auto', accounts: 2, running: 0 };
const fastItem = (state: TrayState) => buildTrayMenu(state).find((item) => item.type === 'checkbox');

describe('the tray menu', () => {
  it('has a status line, fast mode, the dashboard and quit', () => {
    expect(buildTrayMenu(idle)).toEqual([
      { type: 'text', label: '2 accounts · idle · 127.0.0.1:2575' },
      { type: 'separator' },
      { type: 'checkbox', label: 'Fast mode', checked: false, action: { kind: 'fast', policy: 'on' } },
      { type: 'separator' },
      { type: 'button', label: 'Open dashboard', action: { kind: 'open' } },
      { type: 'button', label: 'Quit Slipstream', action: { kind: 'quit' } },
    ]);
  });

  it.each([
    ['on', true, 'auto'],
    ['auto', false, 'on'],
    ['off', false, 'on'],
  ] as const)(
    'with the policy %s, fast mode is checked: %s, and a click makes it %s',
    (fastPolicy, checked, policy) => {
      expect(fastItem({ ...idle, fastPolicy })).toMatchObject({ checked, action: { kind: 'fast', policy } });
    },
  );

  it.each([
    [{ accounts: 0 }, 'No account yet · 127.0.0.1:2575'],
    [{ accounts: 1 }, '1 account · idle · 127.0.0.1:2575'],
    [{ running: 1 }, '2 accounts · 1 turn running · 127.0.0.1:2575'],
    [{ running: 3 }, '2 accounts · 3 turns running · 127.0.0.1:2575'],
  ])('says what goes on: %j', (change, expected) => {
    expect(statusLine({ ...idle, ...change })).toBe(expected);
  });
});
