import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, it, vi } from 'vitest';
import { buildAppMenu } from '../../src-main/electron/app-menu.ts';
import { english } from '../../src-main/shared/words/english.ts';

const actions = () => ({
  open: vi.fn(),
  toggleFast: vi.fn(),
  togglePause: vi.fn(),
  copyDiagnostics: vi.fn(),
  quit: vi.fn(),
});
const itemsOf = (item: MenuItemConstructorOptions | undefined): readonly MenuItemConstructorOptions[] =>
  Array.isArray(item?.submenu) ? item.submenu : [];
const namesOf = (items: readonly MenuItemConstructorOptions[]) => items.map(({ label, role }) => label ?? role ?? '—');

describe('the menu of the app', () => {
  it('is a native one on macOS: the app’s own part first, with what hides it', () => {
    const menu = buildAppMenu('darwin', english.t, actions());
    expect(namesOf(menu)).toEqual(['Slipstream', 'editMenu', 'View', 'Window']);
    expect(namesOf(itemsOf(menu[0]))).toEqual([
      ...['about', '—', 'hide', 'hideOthers', 'unhide', '—'],
      ...['Open dashboard', 'Toggle fast mode', 'Pause or resume', '—', 'Copy diagnostics', '—', 'Quit Slipstream'],
    ]);
  });

  it.each<NodeJS.Platform>(['linux', 'win32'])('has nothing of macOS on %s', (platform) => {
    const roles = buildAppMenu(platform, english.t, actions()).flatMap(itemsOf);
    expect(namesOf(roles).filter((name) => /about|hide/i.test(name))).toEqual([]);
  });

  it('has a shortcut for what is done often, each once', () => {
    const items = buildAppMenu('linux', english.t, actions()).flatMap(itemsOf);
    const keys = items.flatMap(({ accelerator }) => (accelerator === undefined ? [] : [accelerator]));
    const zoom = ['=', 'numadd', 'numsub', 'num0'];
    expect(keys).toEqual(['O', 'Shift+F', 'Shift+P', 'Q', ...zoom, 'W'].map((key) => `CommandOrControl+${key}`));
  });

  it('shows each zoom once, whose other keys are those of a board without plus, and of the number pad', () => {
    const zooms = buildAppMenu('linux', english.t, actions())
      .flatMap(itemsOf)
      .filter(({ role }) => /zoom/i.test(role ?? ''));
    expect(namesOf(zooms.filter(({ visible }) => visible !== false))).toEqual(['resetZoom', 'zoomIn', 'zoomOut']);
    const hidden = zooms.filter(({ visible }) => visible === false);
    expect(hidden.map(({ role, accelerator }) => `${role} ${accelerator?.replace('CommandOrControl+', '')}`)).toEqual([
      'zoomIn =',
      'zoomIn numadd',
      'zoomOut numsub',
      'resetZoom num0',
    ]);
  });

  it.each([
    ['Open dashboard', 'open'],
    ['Toggle fast mode', 'toggleFast'],
    ['Pause or resume', 'togglePause'],
    ['Copy diagnostics', 'copyDiagnostics'],
    ['Quit Slipstream', 'quit'],
  ] as const)('does what “%s” says', (label, name) => {
    const given = actions();
    const item = buildAppMenu('linux', english.t, given)
      .flatMap(itemsOf)
      .find((one) => one.label === label);
    item?.click?.({} as never, undefined, {} as never);
    expect(given[name]).toHaveBeenCalledOnce();
  });
});
