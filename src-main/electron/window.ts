import { join } from 'node:path';
import { app, BrowserWindow } from 'electron';
import type { Clock, Logger } from '../core/ports.ts';
import { appOrigin, isOwnPage } from './app-protocol.ts';
import { guardPage } from './page-guard.ts';
import { WEB_PREFERENCES } from './web-preferences.ts';

export interface MainWindow {
  /** The window, while there is one. */
  current(): BrowserWindow | null;
  /** Brings it to the front, or opens it; on a screen if one is named. */
  show(screen?: string): void;
  /** Opens it in the task bar only, if there is none. */
  showMinimised(): void;
}

interface WindowOptions {
  readonly preloadDir: string;
  readonly assetsDir: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Keeps at most one window. A closed one is gone, with its memory: the tray opens another, which fetches a snapshot.
 * Electron itself remembers its place by its name, and fits it to the displays there are when it opens again.
 */
export function createMainWindow({ preloadDir, assetsDir, clock, log }: WindowOptions): MainWindow {
  let window: BrowserWindow | null = null;
  /** One that is going is none, though nobody has been told yet that it is closed. */
  const living = () => (window === null || window.isDestroyed() ? null : window);
  const open = (screen: string, isMinimised = false) => {
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
    guardPage(opened, clock, log);
    // Such as about:blank, which Chromium goes to without asking.
    opened.webContents.on('did-navigate', (_event, url) => {
      if (!isOwnPage(url)) load(opened, '', log);
    });
    opened.once('ready-to-show', () => (isMinimised ? opened.minimize() : opened.show()));
    opened.on('closed', () => {
      // Another may be open by now.
      if (window !== opened) return;
      window = null;
      app.dock?.hide();
    });
    // A tray app has a place in the dock only while there is something to switch to.
    void app.dock?.show();
    load(opened, screen, log);
    return opened;
  };
  return {
    current: living,
    showMinimised: () => {
      window = living() ?? open('', true);
    },
    show: (screen) => {
      const shown = living();
      if (shown === null) {
        window = open(screen ?? '');
        return;
      }
      if (screen !== undefined) load(shown, screen, log);
      if (shown.isMinimized()) shown.restore();
      shown.show();
      shown.focus();
    },
  };
}

/** On a page that is loaded already this only changes the part after `#`. */
function load(window: BrowserWindow, screen: string, log: Logger): void {
  window.loadURL(`${appOrigin}/index.html${screen === '' ? '' : `#/${screen}`}`).catch((error: unknown) => {
    // A window that is closed meanwhile needs no page.
    if (!window.isDestroyed()) log.error('The page could not be loaded.', { error });
  });
}
