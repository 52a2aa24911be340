import { homedir } from 'node:os';
import { app } from 'electron';
import type { Autostart } from '../core/ports.ts';
import { unsupportedAutostart } from '../node/autostart.ts';
import { tell } from '../shared/words/told.ts';
import { hiddenFlag } from './arguments.ts';
import { xdgAutostart } from './xdg-autostart.ts';

interface AutostartOptions {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isDemo: boolean;
  /** What the login start is given, so that it finds the same folder and port. */
  readonly args: readonly string[];
}

/** Start at login on this system. Never switched on but by the user's own click. */
export function createAutostart({ platform, env, isDemo, args }: AutostartOptions): Autostart {
  if (isDemo) return unsupportedAutostart(tell('autostart.demo'));
  if (!app.isPackaged) return unsupportedAutostart(tell('autostart.sources'));
  switch (platform) {
    case 'darwin':
      if (args.some((arg) => arg !== hiddenFlag)) return unsupportedAutostart(tell('autostart.mac'));
      return loginItem(platform, args);
    case 'win32':
      return loginItem(platform, args);
    case 'linux':
      return xdgAutostart({ env, homeDir: homedir(), program: env.APPIMAGE || process.execPath, args });
    default:
      return unsupportedAutostart(tell('autostart.none'));
  }
}

/** On macOS a login item takes no arguments: there the start finds out by `wasOpenedAtLogin`. */
function loginItem(platform: 'darwin' | 'win32', args: readonly string[]): Autostart {
  const identity = platform === 'win32' ? { path: process.execPath, args: args.map(quoteForWindows) } : {};
  return {
    unsupported: null,
    isEnabled: () => {
      const entry = app.getLoginItemSettings(identity);
      // The user may have switched the entry off in the task manager, which leaves it in the registry.
      return entry.openAtLogin && (platform === 'darwin' || entry.executableWillLaunchAtLogin);
    },
    set: (enabled) => app.setLoginItemSettings({ ...identity, openAtLogin: enabled, enabled }),
  };
}

/** Electron joins the arguments with spaces into the one line that Windows keeps; each goes there as one. */
function quoteForWindows(text: string): string {
  return /\s/.test(text) ? `"${text.replace(/(?<!\\)\\+$/, '$&$&')}"` : text;
}
