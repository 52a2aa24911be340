import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { Clock } from '../core/ports.ts';

const launchLimitMs = 2_000;
/** How long a link, and so the file that leads to it, is good. */
export const redirectLifeMs = 60_000;

/** The program that opens a file or a page in whatever the user has set for it. */
function opener(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): string | null {
  switch (platform) {
    case 'darwin':
      return 'open';
    case 'win32':
      return 'explorer.exe';
    default:
      return env.DISPLAY || env.WAYLAND_DISPLAY ? 'xdg-open' : null;
  }
}

/** Opens a file or an https page; false where no browser took it. */
function openInBrowser(target: string): Promise<boolean> {
  const program = opener(process.platform, process.env);
  if (program === null) return Promise.resolve(false);
  return new Promise((resolve) => {
    const child = spawn(program, [target], { stdio: 'ignore', detached: true });
    child.unref();
    const timer = setTimeout(() => resolve(true), launchLimitMs);
    child.on('error', () => {
      clearTimeout(timer);
      resolve(false);
    });
    child.on('exit', (code) => {
      clearTimeout(timer);
      // Explorer answers 1 when all went well.
      resolve(code === 0 || process.platform === 'win32');
    });
  });
}

/** A page whose address is kept out of every process list: the browser is given a file that leads there. */
export interface PageOpener {
  /** False where no browser took it. Never rejects. */
  open(url: string): Promise<boolean>;
  /** Removes the file early. Never throws. */
  close(): void;
}

/** Opens dashboard links by way of a file in the data folder that only its owner can read and that goes after 60 s. */
export function createDashboardOpener(dataDir: string, clock: Clock): PageOpener {
  return createOpener(join(dataDir, 'open-dashboard.html'), 'Open the dashboard', clock);
}

/** Opens sign-in pages the same way: their address holds what ties the answer to this sign-in. */
export function createSignInOpener(dataDir: string, clock: Clock): PageOpener {
  const opener = createOpener(join(dataDir, 'open-sign-in.html'), 'Sign in', clock);
  let isWatched = false;
  return {
    ...opener,
    open: (url) => {
      // A command lives as long as its sign-in, which may be shorter than the file's life.
      if (!isWatched) process.once('exit', opener.close);
      isWatched = true;
      return opener.open(url);
    },
  };
}

function createOpener(path: string, text: string, clock: Clock): PageOpener {
  const close = () => {
    try {
      rmSync(path, { force: true });
    } catch {
      // Its folder takes no change any more; what it leads to is good for a minute.
    }
  };
  const writes = (url: string) => {
    try {
      writeFileAtomic.sync(path, redirectPage(url, text), { mode: 0o600 });
      return true;
    } catch {
      // A full disk, say. The link itself is shown as where there is no browser.
      return false;
    }
  };
  return {
    close,
    open: async (url) => {
      if (!writes(url)) return false;
      clock.after(redirectLifeMs, close);
      const opened = await openInBrowser(path);
      if (!opened) close();
      return opened;
    },
  };
}

function redirectPage(url: string, text: string): string {
  const escaped = url.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
  return `<!doctype html>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0;url=${escaped}">
<title>Slipstream</title>
<a href="${escaped}">${text}</a>
`;
}
