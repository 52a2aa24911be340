import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { TrayState } from '../../src-main/electron/tray-state.ts';
import { english } from '../../src-main/shared/words/english.ts';
import { plainSettings } from '../renderer/fixtures.ts';
import { type FakeClock, fakeClock } from './fake-clock.ts';

/** How often the menu of the tray is made anew: who has it open loses what is unfolded in it. */

const seen = vi.hoisted(() => ({
  menus: [] as string[][],
  tips: [] as string[],
  images: [] as string[],
  click: () => {},
}));

vi.mock('electron', () => ({
  Menu: {
    buildFromTemplate: (items: readonly { readonly label?: string; readonly click?: () => void }[]) => {
      seen.click = items.find(({ label }) => label === 'Pause')?.click ?? seen.click;
      return items.flatMap(({ label }) => label ?? []);
    },
  },
  Tray: class {
    on(): void {}
    setImage(image: { readonly path: string }): void {
      seen.images.push(image.path);
    }
    setToolTip(tip: string): void {
      seen.tips.push(tip);
    }
    setContextMenu(menu: string[]): void {
      seen.menus.push(menu);
    }
    destroy(): void {}
  },
  nativeImage: { createFromPath: (path: string) => ({ path, setTemplateImage: () => {} }) },
  nativeTheme: { on: () => {}, off: () => {} },
}));

const { createTray } = await import('../../src-main/electron/tray.ts');

const account = {
  id: 'a',
  nickname: null,
  label: 'ada',
  enabled: true,
  state: 'ready',
  problem: null,
  cooldownUntil: null,
  usage: { primary: { usedPercent: 10, windowMinutes: 300, resetAt: null }, secondary: null, readAt: 0 },
} as const;
const state = (running: number, usedPercent = 10): TrayState => ({
  baseUrl: 'http://127.0.0.1:2575',
  settings: plainSettings,
  words: english,
  hasProblems: false,
  accounts: [{ ...account, usage: { ...account.usage, primary: { ...account.usage.primary, usedPercent } } }],
  running,
  byCoin: false,
  firstTokenMs: null,
  canStartAtLogin: false,
  clients: [],
});
const quotaLine = (menu: readonly string[] | undefined) => menu?.find((label) => label.startsWith('ada'));

let clock: FakeClock;
let tray: ReturnType<typeof createTray>;

const real = Object.getOwnPropertyDescriptor(process, 'platform') ?? {};
const start = (platform: NodeJS.Platform) => {
  Object.defineProperty(process, 'platform', { ...real, value: platform });
  Object.assign(seen, { menus: [], tips: [], images: [] });
  clock = fakeClock();
  tray = createTray({ assetsDir: '/assets', clock, act: () => {}, clickMeans: () => 'open' });
};
beforeEach(() => start('linux'));
afterEach(() => Object.defineProperty(process, 'platform', real));

it.each([
  ['win32', 7],
  ['linux', 1],
] as const)(
  'is not made anew when turns come and go on %s: icon and, where it costs no menu, tip tell of them',
  (platform, tips) => {
    start(platform);
    for (const running of [0, 1, 2, 3, 2, 1, 0]) tray.show(state(running));
    expect([seen.menus.length, seen.tips.length]).toEqual([1, tips]);
    expect(seen.images.length).toBeGreaterThan(1);
  },
);

it('gets a tip of its own at most once in a minute on Linux, where the panel reads the menu again for it', () => {
  for (let second = 0; second < 90; second += 1) {
    tray.show({ ...state(1), firstTokenMs: 1_000 + 10 * second });
    clock.advance(1_000);
  }
  expect([seen.menus.length, seen.tips.length]).toEqual([1, 2]);
  expect(seen.tips.at(-1)).toMatch(/first token 1\.(5|6)\d s today/);
});

it('is made anew at most once in two seconds while a quota falls, and shows the last of it', () => {
  for (let second = 0; second < 5; second += 1) {
    for (let tenth = 0; tenth < 10; tenth += 1) {
      tray.show(state(1, 10 + second * 10 + tenth));
      clock.advance(100);
    }
  }
  clock.advance(2_000);
  expect(seen.menus.length).toBeLessThanOrEqual(4);
  expect(quotaLine(seen.menus.at(-1))).toBe('ada · 41 % of 5 h left');
});

it('is made anew at once after a click, since Electron has changed the mark that was clicked', () => {
  tray.show(state(0));
  seen.click();
  tray.show(state(0));
  expect(seen.menus).toHaveLength(2);
});

it('is left alone once the tray is gone', () => {
  tray.show(state(0));
  tray.show(state(0, 50));
  tray.destroy();
  clock.advance(10_000);
  expect(seen.menus).toHaveLength(1);
});
