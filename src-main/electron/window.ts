import { join } from 'node:path';
import { BrowserWindow } from 'electron';
import { appOrigin } from './app-protocol.ts';
import { WEB_PREFERENCES } from './web-preferences.ts';

export interface MainWindow {
  /** The window, while there is one. */
  current(): BrowserWindow | null;
  /** Brings it to the front, or opens it. */
  show(): void;
}

interface WindowFiles {
  readonly preloadDir: string;
  readonly assetsDir: string;
}

/** Keeps at most one window. A closed one is gone, with its memory: the tray opens another, which fetches a snapshot. */
export function createMainWindow({ preloadDir, assetsDir }: WindowFiles): MainWindow {
  let window: BrowserWindow | null = null;
  const open = () => {
    const opened = new BrowserWindow({
      name: 'dashboard',
      windowStatePersistence: true,
      title: 'Slipstream',
      icon: join(assetsDir, 'icon.png'),
      width: 1180,
      height: 780,
      minWidth: 760,
      minHeight: 480,
      show: false,
      autoHideMenuBar: true,
      webPreferences: { ...WEB_PREFERENCES, preload: join(preloadDir, 'preload.cjs') },
    });
    opened.once('ready-to-show', () => opened.show());
    opened.on('closed', () => {
      window = null;
    });
    void opened.loadURL(`${appOrigin}/index.html`);
    return opened;
  };
  return {
    current: () => window,
    show: () => {
      if (window === null) {
        window = open();
        return;
      }
      if (window.isMinimized()) {
        window.restore();
      }
      window.show();
      window.focus();
    },
  };
}
