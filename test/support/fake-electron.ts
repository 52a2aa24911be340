import { EventEmitter } from 'node:events';
import { vi } from 'vitest';

/** What the fake was asked, in order: `app.enableSandbox`, … */
export type CallLog = string[];

/** A stand-in for the electron module, as far as the desktop face uses it. It opens no windows. */
export function createFakeElectron() {
  const calls: CallLog = [];
  const noted = <A extends unknown[], R>(name: string, answer: (...args: A) => R) =>
    vi.fn((...args: A) => {
      calls.push(name);
      return answer(...args);
    });
  const ready = Promise.withResolvers<void>();
  const exited = Promise.withResolvers<number>();
  const app = Object.assign(new EventEmitter(), {
    isPackaged: false,
    enableSandbox: noted('app.enableSandbox', () => {}),
    setPath: noted('app.setPath', (_name: string, _path: string) => {}),
    getVersion: () => '0.0.0-test',
    requestSingleInstanceLock: noted('app.requestSingleInstanceLock', () => true),
    whenReady: noted('app.whenReady', () => ready.promise),
    exit: noted('app.exit', (code: number) => exited.resolve(code)),
  });

  class BrowserWindow extends EventEmitter {
    static readonly opened: BrowserWindow[] = [];
    readonly options: unknown;
    readonly webContents = { mainFrame: { parent: null, origin: 'app://bundle' }, send: vi.fn() };
    readonly loadURL = vi.fn(async () => {});
    readonly show = vi.fn();
    readonly focus = vi.fn();
    constructor(options: unknown) {
      super();
      this.options = options;
      BrowserWindow.opened.push(this);
      calls.push('new BrowserWindow');
    }
    isDestroyed() {
      return false;
    }
    isMinimized() {
      return false;
    }
  }

  interface MenuItem {
    readonly label?: string;
    readonly checked?: boolean;
    readonly click?: () => void;
  }
  class Tray extends EventEmitter {
    static menu: readonly MenuItem[] = [];
    readonly setToolTip = vi.fn();
    readonly destroy = vi.fn();
    setContextMenu(menu: readonly MenuItem[]) {
      Tray.menu = menu;
      Tray.changes.emit('menu');
    }
    static readonly changes = new EventEmitter();
  }

  return {
    calls,
    ready,
    exited: exited.promise,
    module: {
      app,
      BrowserWindow,
      Tray,
      Menu: {
        setApplicationMenu: noted('Menu.setApplicationMenu', () => {}),
        buildFromTemplate: (items: readonly MenuItem[]) => items,
      },
      nativeImage: { createFromPath: (path: string) => ({ path, setTemplateImage: () => {} }) },
      protocol: {
        registerSchemesAsPrivileged: noted('protocol.registerSchemesAsPrivileged', () => {}),
        handle: noted('protocol.handle', (_scheme: string, _handler: unknown) => {}),
      },
      session: {
        defaultSession: {
          setPermissionRequestHandler: noted('session.setPermissionRequestHandler', () => {}),
          setPermissionCheckHandler: noted('session.setPermissionCheckHandler', () => {}),
          setDevicePermissionHandler: noted('session.setDevicePermissionHandler', () => {}),
          webRequest: { onBeforeRequest: noted('session.onBeforeRequest', () => {}) },
        },
      },
      ipcMain: { handle: noted('ipcMain.handle', (_channel: string, _handler: IpcHandler) => {}) },
      safeStorage: {
        isAsyncEncryptionAvailable: async () => false,
        getSelectedStorageBackend: () => 'basic_text',
      },
      dialog: { showErrorBox: noted('dialog.showErrorBox', (_title: string, _text: string) => {}) },
      shell: { openExternal: vi.fn(async () => {}) },
      Notification: Object.assign(class {}, { isSupported: () => false }),
    },
  };
}

export type IpcHandler = (event: unknown, payload: unknown) => Promise<unknown>;
