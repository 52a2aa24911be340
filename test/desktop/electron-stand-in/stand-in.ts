import { EventEmitter } from 'node:events';
import type {
  App,
  BrowserWindowConstructorOptions,
  Clipboard,
  CommandLine,
  Dialog,
  Dock,
  GlobalShortcut,
  IpcMain,
  LoginItemSettings,
  Menu,
  MessageBoxOptions,
  NotificationConstructorOptions,
  Protocol,
  SafeStorage,
  Session,
  Settings,
  Shell,
  Task,
  WebRequest,
} from 'electron';
import type { Browser } from 'playwright-core';
import { vi } from 'vitest';
import type { IpcEvent, PageSurroundings } from './contents.ts';
import { StandInMenu } from './menu.ts';
import { StandInImage, StandInNotification, StandInTray } from './tray.ts';
import { StandInWindow } from './window.ts';

export type IpcHandler = (event: IpcEvent, payload: unknown) => Promise<unknown>;

export interface StandInOptions {
  /** The browser that pages are opened in; without one, windows have none. */
  readonly browser?: Browser;
  readonly isPackaged?: boolean;
}

/** The stand-in for the electron module: what was asked of it, and what a user would see and click. */
export type StandIn = ReturnType<typeof createStandIn>;

/** Makes a stand-in. Its members are checked against electron's types here, and by name in surface.test.ts. */
export function createStandIn({ browser, isPackaged = false }: StandInOptions = {}) {
  const calls: string[] = [];
  const noted = <A extends unknown[], R>(name: string, answer: (...args: A) => R) =>
    vi.fn((...args: A) => {
      calls.push(name);
      return answer(...args);
    });
  const ready = Promise.withResolvers<void>();
  const exited = Promise.withResolvers<number>();
  const changes = new EventEmitter();
  const windows: StandInWindow[] = [];
  const trays: StandInTray[] = [];
  const barTitles: string[] = [];
  const notifications: StandInNotification[] = [];
  const messageBoxes: MessageBoxOptions[] = [];
  const handlers = new Map<string, IpcHandler>();
  /** Shortcuts of the whole system: those that were taken, and those that other programs have. */
  const shortcuts = { held: new Map<string, () => void>(), foreign: new Set<string>() };
  const seen: { menu: StandInMenu | null; clipboard: string; openAtLogin: boolean } = {
    menu: null,
    clipboard: '',
    openAtLogin: false,
  };
  /** The buttons that a user clicks in the message boxes to come. */
  const clicks: number[] = [];
  /** The system's keyring; tests lock it, or take it away. */
  const keyring: { isOpen: boolean | Promise<boolean>; backend: 'gnome_libsecret' | 'basic_text' } = {
    isOpen: true,
    backend: 'gnome_libsecret',
  };
  /** Chromium's switches that the program is started with. */
  const switches = new Set<string>();
  /** What the program itself adds to them. */
  const appended: (readonly [name: string, value: string])[] = [];
  let serve: PageSurroundings['serve'] = () => new Response(null, { status: 404 });
  let beforeRequest: ((details: { url: string }, answer: (response: { cancel?: boolean }) => void) => void) | null =
    null;

  const around: PageSurroundings = {
    browser: browser ?? null,
    serve: (request) => serve(request),
    isCancelled: (url) => {
      let isCancelled = false;
      beforeRequest?.({ url }, ({ cancel = false }) => {
        isCancelled = cancel;
      });
      return isCancelled;
    },
    invoke: async (event, channel, args) => {
      const handler = handlers.get(channel);
      if (handler === undefined) throw new Error(`No handler registered for '${channel}'`);
      return structuredClone(await handler(event, args[0]));
    },
  };

  const appParts = {
    isPackaged,
    dock: undefined as Dock | undefined,
    commandLine: {
      hasSwitch: (name: string) => switches.has(name),
      getSwitchValue: (name: string) => appended.findLast(([each]) => each === name)?.[1] ?? '',
      appendSwitch: (name: string, value = '') => {
        switches.add(name);
        appended.push([name, value]);
      },
    } as CommandLine,
    disableHardwareAcceleration: noted('app.disableHardwareAcceleration', () => {}),
    setUserTasks: noted('app.setUserTasks', (_tasks: Task[]) => true),
    enableSandbox: noted('app.enableSandbox', () => {}),
    setAppUserModelId: noted('app.setAppUserModelId', (_id: string) => {}),
    setAsDefaultProtocolClient: noted('app.setAsDefaultProtocolClient', (_scheme: string) => true),
    setPath: noted('app.setPath', (_name: string, _path: string) => {}),
    getVersion: () => '0.0.0-test',
    getPreferredSystemLanguages: () => ['en-GB'],
    requestSingleInstanceLock: noted('app.requestSingleInstanceLock', () => true),
    releaseSingleInstanceLock: noted('app.releaseSingleInstanceLock', () => {}),
    whenReady: noted('app.whenReady', () => ready.promise),
    relaunch: noted('app.relaunch', (_options?: { execPath?: string }) => {}),
    exit: noted('app.exit', (code?: number) => exited.resolve(code ?? 0)),
    getLoginItemSettings: (): LoginItemSettings => ({
      openAtLogin: seen.openAtLogin,
      wasOpenedAtLogin: false,
      status: seen.openAtLogin ? 'enabled' : 'not-registered',
      executableWillLaunchAtLogin: seen.openAtLogin,
      launchItems: [],
    }),
    setLoginItemSettings: noted('app.setLoginItemSettings', ({ openAtLogin = false }: Settings) => {
      seen.openAtLogin = openAtLogin;
    }),
  } satisfies Partial<App>;
  const app = Object.assign(new EventEmitter(), appParts);

  class BrowserWindow extends StandInWindow {
    constructor(options: BrowserWindowConstructorOptions) {
      super(options, around);
      calls.push('new BrowserWindow');
      windows.push(this);
      app.emit('web-contents-created', {}, this.webContents);
      changes.emit('window', this);
    }
  }
  class Tray extends StandInTray {
    constructor(image: unknown) {
      super(image);
      // The bar of macOS alone has room for a text.
      if (process.platform === 'darwin')
        Object.assign(this, { setTitle: (title: string) => void barTitles.push(title) });
      trays.push(this);
      this.on('stand-in-change', () => changes.emit('tray', this));
    }
  }
  class Notification extends StandInNotification {
    constructor(options: NotificationConstructorOptions) {
      super(options);
      this.on('show', () => {
        notifications.push(this);
        changes.emit('notification', this);
      });
    }
  }

  const module = {
    app,
    BrowserWindow,
    Tray,
    Notification,
    Menu: {
      buildFromTemplate: StandInMenu.buildFromTemplate,
      setApplicationMenu: noted('Menu.setApplicationMenu', (menu: Menu | StandInMenu | null) => {
        seen.menu = menu as StandInMenu | null;
      }),
    },
    nativeImage: { createFromPath: (path: string) => new StandInImage(path) },
    globalShortcut: {
      register: (keys: string, pressed: () => void) => {
        if (shortcuts.foreign.has(keys)) return false;
        shortcuts.held.set(keys, pressed);
        return true;
      },
      isRegistered: (keys: string) => shortcuts.held.has(keys),
      unregister: (keys: string) => {
        shortcuts.held.delete(keys);
      },
    } satisfies Partial<GlobalShortcut>,
    // What the panel is like, only macOS and Windows say.
    nativeTheme: new EventEmitter(),
    powerMonitor: new EventEmitter(),
    protocol: {
      registerSchemesAsPrivileged: noted('protocol.registerSchemesAsPrivileged', () => {}),
      handle: noted('protocol.handle', (_scheme: string, handler: PageSurroundings['serve']) => {
        serve = handler;
      }),
    } satisfies Partial<Protocol>,
    session: {
      defaultSession: {
        setPermissionRequestHandler: noted('session.setPermissionRequestHandler', (_handler: unknown) => {}),
        setPermissionCheckHandler: noted('session.setPermissionCheckHandler', (_handler: unknown) => {}),
        setDevicePermissionHandler: noted('session.setDevicePermissionHandler', (_handler: unknown) => {}),
        resolveProxy: async () => 'DIRECT',
        webRequest: {
          onBeforeRequest: noted('session.onBeforeRequest', (listener: typeof beforeRequest) => {
            beforeRequest = listener;
          }),
        },
      } satisfies Partial<Omit<Session, 'webRequest'>> & {
        // Overloaded there: with a filter first, which nothing here uses.
        readonly webRequest: { readonly [K in keyof WebRequest]?: unknown };
      },
    },
    ipcMain: {
      handle: noted('ipcMain.handle', (channel: string, handler: IpcHandler) => {
        handlers.set(channel, handler);
      }),
    } satisfies Partial<IpcMain>,
    safeStorage: {
      isAsyncEncryptionAvailable: async () => keyring.isOpen,
      encryptStringAsync: async (plain: string) => Buffer.from(`v11${plain}`),
      decryptStringAsync: async (sealed: Buffer) => ({ shouldReEncrypt: false, result: sealed.toString().slice(3) }),
      getSelectedStorageBackend: () => keyring.backend,
    } satisfies Partial<SafeStorage>,
    dialog: {
      // With a window before the options, or without.
      showMessageBox: noted('dialog.showMessageBox', async (...args: unknown[]) => {
        const options = args.at(-1) as MessageBoxOptions;
        messageBoxes.push(options);
        changes.emit('messageBox', options);
        return { response: clicks.shift() ?? options.cancelId ?? 0, checkboxChecked: false };
      }),
    } satisfies Partial<Dialog>,
    shell: { openExternal: noted('shell.openExternal', async (_url: string) => {}) } satisfies Partial<Shell>,
    clipboard: {
      writeText: async (text: string) => {
        seen.clipboard = text;
      },
    } satisfies Partial<Clipboard>,
  };

  /** Waits until something that changes is as wanted. */
  const until = (kind: 'tray' | 'window' | 'notification' | 'messageBox', isWanted: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = () => {
        if (!isWanted()) return;
        changes.off(kind, look);
        resolve();
      };
      changes.on(kind, look);
      look();
    });

  return {
    calls,
    ready,
    exited: exited.promise,
    windows,
    trays,
    barTitles,
    notifications,
    messageBoxes,
    clicks,
    keyring,
    shortcuts,
    switches,
    appended,
    seen,
    until,
    module,
    /** The tray's menu as it is now. */
    trayMenu: (): StandInMenu => trays[0]?.menu ?? new StandInMenu([]),
  };
}
