import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lateElectron } from './electron-stand-in/late-module.ts';
import { createStandIn } from './electron-stand-in/stand-in.ts';
import { limitedMembers, typeLines } from './electron-stand-in/types.ts';

const rootDir = resolve(import.meta.dirname, '..', '..');
const types = typeLines;

interface Declared {
  /** Members of instances, of the type and of what it extends. */
  readonly members: ReadonlySet<string>;
  readonly statics: ReadonlySet<string>;
  readonly events: ReadonlySet<string>;
}

/** A class or an interface of electron.d.ts, by its first declaration. */
function declared(name: string): Declared {
  const head = new RegExp(`^  (class|interface) ${name}(<.*>)?( extends (\\w+))?.* ?{$`);
  const start = types.findIndex((line) => head.test(line));
  if (start < 0) throw new Error(`electron.d.ts has no ${name}`);
  const body = types.slice(start + 1, types.indexOf('  }', start));
  const members = new Set<string>();
  const statics = new Set<string>();
  const events = new Set<string>();
  for (const line of body) {
    const event = /^ {4}on\(event: '([^']+)'/.exec(line)?.[1];
    if (event !== undefined) events.add(event);
    const [, isStatic, member] = /^ {4}(static )?(?:readonly )?([a-zA-Z_]\w*)\??[:(<]/.exec(line) ?? [];
    if (member !== undefined) (isStatic === undefined ? members : statics).add(member);
  }
  const parent = head.exec(types[start] ?? '')?.[4];
  if (parent === undefined || parent.startsWith('NodeEventEmitter') || parent === 'NodeJS')
    return { members, statics, events };
  const inherited = declared(parent);
  return {
    members: new Set([...members, ...inherited.members]),
    statics: new Set([...statics, ...inherited.statics]),
    events: new Set([...events, ...inherited.events]),
  };
}

/** The events of electron-updater, as its own types have them. */
function updaterEvents(): ReadonlySet<string> {
  const text = readFileSync(join(rootDir, 'node_modules/electron-updater/out/AppUpdater.d.ts'), 'utf8');
  const body = /type AppUpdaterEvents = \{([^}]*)\}/.exec(text)?.[1] ?? '';
  return new Set([...body.matchAll(/^ {4}"?([\w-]+)"?: /gm)].map(([, name = '']) => name));
}

const { module } = createStandIn();

/** Every object of the stand-in beside the type it stands for. */
const objects: readonly (readonly [string, object])[] = [
  ['App', module.app],
  ['NativeTheme', module.nativeTheme],
  ['PowerMonitor', module.powerMonitor],
  ['Protocol', module.protocol],
  ['Session', module.session.defaultSession],
  ['WebRequest', module.session.defaultSession.webRequest],
  ['IpcMain', module.ipcMain],
  ['SafeStorage', module.safeStorage],
  ['Dialog', module.dialog],
  ['Shell', module.shell],
  ['Clipboard', module.clipboard],
  ['GlobalShortcut', module.globalShortcut],
];

/** What Node's emitter itself brings, and what only tests use. */
const isOwn = (key: string) => !key.startsWith('_');

describe('the stand-in for electron', () => {
  it.each(objects)('has nothing that %s of electron.d.ts does not have', (name, object) => {
    const { members } = declared(name);
    expect(Object.keys(object).filter((key) => isOwn(key) && !members.has(key))).toEqual([]);
  });

  it.each(['linux', 'darwin', 'win32'] as const)('lacks on %s what Electron lacks there', (platform) => {
    const real = Object.getOwnPropertyDescriptor(process, 'platform') ?? {};
    Object.defineProperty(process, 'platform', { ...real, value: platform });
    try {
      const standIn = createStandIn();
      Object.assign(standIn.module.app, { dock: {} });
      Object.assign(standIn.module.nativeTheme, { shouldUseDarkColorsForSystemIntegratedUI: true });
      const { app, nativeTheme } = lateElectron({ standIn }) as Record<string, Record<string, unknown>>;
      expect([
        typeof app?.dock,
        typeof app?.setAppUserModelId,
        typeof nativeTheme?.shouldUseDarkColorsForSystemIntegratedUI,
      ]).toEqual(
        [
          ['darwin', 'object'],
          ['win32', 'function'],
          ['linux', 'boolean'],
        ].map(([system, type], index) =>
          (index < 2 ? system === platform : system !== platform) ? type : 'undefined',
        ),
      );
    } finally {
      Object.defineProperty(process, 'platform', real);
    }
  });

  it.each(['Tray', 'BrowserWindow', 'Notification'])('has no member of %s that not every system has', (name) => {
    const { [name as 'Tray']: standIn } = module;
    const members = [...limitedMembers(name).keys()];
    expect(members.length).toBeGreaterThan(0);
    expect(members.filter((member) => member in standIn.prototype)).toEqual([]);
  });

  it('has only modules that electron has', () => {
    const values = types
      .filter((line) => /^ {4}(const|class) \w+/.test(line))
      .map((line) => /^ {4}(?:const|class) (\w+)/.exec(line)?.[1]);
    expect(Object.keys(module).filter((name) => !values.includes(name) && name !== 'session')).toEqual([]);
    expect(declared('Session').members.has('setPermissionRequestHandler')).toBe(true);
  });

  it('makes its statics where electron has statics', () => {
    expect(Object.keys(module.Menu).filter((key) => !declared('Menu').statics.has(key))).toEqual([]);
    expect(declared('Notification').statics.has('isSupported')).toBe(true);
    expect(Object.keys(module.nativeImage)).toEqual(['createFromPath']);
    expect(types.some((line) => /^ {4}static createFromPath\(|^ {4}createFromPath\(/.test(line))).toBe(true);
  });

  it('stands in for every event that the desktop face listens to, and those exist', () => {
    const known: Readonly<Record<string, ReadonlySet<string>>> = {
      app: declared('App').events,
      powerMonitor: declared('PowerMonitor').events,
      nativeTheme: declared('NativeTheme').events,
      tray: declared('Tray').events,
      notification: declared('Notification').events,
      opened: declared('BrowserWindow').events,
      window: declared('BrowserWindow').events,
      contents: declared('WebContents').events,
      webContents: declared('WebContents').events,
      loaded: updaterEvents(),
    };
    const used = globSync('src-main/electron/*.ts', { cwd: rootDir }).flatMap((file) =>
      [...readFileSync(join(rootDir, file), 'utf8').matchAll(/(\w+)\.(?:on|once|off)\('([\w-]+)'/g)].map(
        ([, emitter = '', event = '']) => ({ emitter, event }),
      ),
    );
    expect(used.length).toBeGreaterThan(15);
    const unknown = used.filter(
      ({ emitter }) => known[emitter] === undefined && !['ipcRenderer', 'source'].includes(emitter),
    );
    expect(unknown).toEqual([]);
    expect(used.filter(({ emitter, event }) => known[emitter] !== undefined && !known[emitter].has(event))).toEqual([]);
  });

  it('has every module that the desktop face imports', () => {
    const imported = globSync('src-main/electron/*.ts', { cwd: rootDir })
      .filter((file) => !file.endsWith('preload.ts'))
      .flatMap((file) => [...readFileSync(join(rootDir, file), 'utf8').matchAll(/import {([^}]+)} from 'electron'/g)])
      .flatMap(([, names = '']) => names.split(','))
      .map((name) => name.trim())
      .filter((name) => name !== '' && !name.startsWith('type '));
    expect([...new Set(imported)].filter((name) => !Object.hasOwn(module, name))).toEqual([]);
  });
});
