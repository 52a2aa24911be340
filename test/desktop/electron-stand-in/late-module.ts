import type { StandIn } from './stand-in.ts';
import { limitedMembers } from './types.ts';

/** Where a test puts the stand-in of the moment. */
export interface Current {
  standIn: StandIn | null;
}

const classes = new Set(['BrowserWindow', 'Tray', 'Notification']);
const objects = [
  'app',
  'Menu',
  'nativeImage',
  'nativeTheme',
  'powerMonitor',
  'protocol',
  'session',
  'ipcMain',
  'safeStorage',
  'dialog',
  'shell',
  'clipboard',
  'globalShortcut',
];

/** What each object's type is called. */
const typeNames: Readonly<Record<string, string>> = { ipcMain: 'IpcMain', nativeImage: 'NativeImage' };

const limits = new Map(
  objects
    .filter((name) => name !== 'session')
    .map((name) => [name, limitedMembers(typeNames[name] ?? `${name[0]?.toUpperCase()}${name.slice(1)}`)]),
);

/** Electron has none of it on this system, whatever the stand-in has. */
const isMissing = (name: string, key: string | symbol) =>
  limits.get(name)?.get(String(key))?.has(process.platform) === false;

/** The module that `electron` is mocked with: each member leads to that of the current stand-in, so each test has a fresh one. */
export function lateElectron(current: Current): Record<string, unknown> {
  const member = (name: string): object => {
    const found: unknown = Reflect.get(current.standIn?.module ?? {}, name);
    if (found === undefined || found === null) throw new Error(`The stand-in has no electron.${name}`);
    return found;
  };
  const get = (name: string) => (_target: object, key: string | symbol) => {
    if (isMissing(name, key)) return undefined;
    const value: unknown = Reflect.get(member(name), key);
    if (value === undefined && !Reflect.has(member(name), key)) {
      throw new Error(`The stand-in has no electron.${name}.${String(key)}`);
    }
    return typeof value === 'function' && !classes.has(name) ? value.bind(member(name)) : value;
  };
  return Object.fromEntries([
    ...objects.map((name) => [name, new Proxy({}, { get: get(name) })]),
    ...[...classes].map((name) => [
      name,
      new Proxy(class {}, {
        construct: (_target, args) => Reflect.construct(member(name) as new () => object, args),
        get: get(name),
      }),
    ]),
  ]);
}
