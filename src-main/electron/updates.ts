import type { AppUpdater } from 'electron-updater';
import type { Clock, Host, Logger, Timer } from '../core/ports.ts';
import { loadedOnce } from '../shared/loaded-once.ts';
import type { AppSettings } from '../shared/settings.ts';
import { noUpdates, type UpdateView } from '../shared/update-model.ts';
import { tell } from '../shared/words/told.ts';
import { notesText } from './update-rules.ts';

/** After the start, which has better things to do. */
const firstCheckMs = 60_000;
const checkEveryMs = 24 * 60 * 60_000;
/** Between two looks for whether turns still run. */
const turnLookMs = 2_000;

/** The part of electron-updater that is used; it fetches what the package's `app-update.yml` says, and compares its SHA-512. */
export type Updater = Pick<
  AppUpdater,
  | 'autoDownload'
  | 'autoInstallOnAppQuit'
  | 'autoRunAppAfterInstall'
  | 'logger'
  | 'checkForUpdates'
  | 'downloadUpdate'
  | 'quitAndInstall'
> & {
  on(event: 'download-progress', listener: (info: { readonly percent: number }) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
};

interface UpdatesOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Loaded when it is first wanted. */
  readonly load: () => Promise<Updater>;
  /** Why none are looked for; null where they are. */
  readonly whyOff: string | null;
  readonly settings: () => Pick<AppSettings, 'updates'>;
  readonly runningTurns: () => Promise<number>;
  readonly notify: Host['notify'];
  /** Ends the program in good order; `finish` follows when everything is closed. */
  readonly quit: () => void;
  /** Keeps the version that runs now, where it is one file. */
  readonly keepPrevious: (() => void) | null;
}

export interface Updates {
  view(): UpdateView;
  /** Looks for a newer version; downloads it, too, where the user has set that. */
  check(): Promise<UpdateView>;
  download(): Promise<UpdateView>;
  /** Installs what was downloaded and starts it, once no turn runs. */
  install(): UpdateView;
  /** Takes that back while turns still run. */
  postpone(): UpdateView;
  /** Begins to look by itself, as it is set. */
  start(): void;
  stop(): void;
  /** After everything is closed: hands over to the installer if that is wanted, and says whether it did. */
  finish(): boolean;
  /** The installer has taken over: what it closes may close. */
  isInstalling(): boolean;
}

/** Newer versions of this program: told and downloaded as the user has set it, and never installed while turns run. */
export function createUpdates(options: UpdatesOptions): Updates {
  const { clock, log, load, whyOff, settings, runningTurns, notify, quit, keepPrevious } = options;
  let view: UpdateView = { ...noUpdates(whyOff ?? ''), state: 'idle', why: null, keepsPrevious: keepPrevious !== null };
  if (whyOff !== null) view = noUpdates(whyOff);
  let timer: Timer | null = null;
  let installer: Updater | null = null;
  let isHandedOver = false;
  let waiting: Timer | null = null;
  /** One that was taken back, and whose look at the turns is under way, is not the one that came after it. */
  let wishes = 0;
  const become = (change: Partial<UpdateView>): UpdateView => {
    view = { ...view, ...change };
    return view;
  };
  const updater = loadedOnce(async () => {
    const loaded = await load();
    loaded.autoDownload = false;
    // Only what the user has clicked is installed.
    loaded.autoInstallOnAppQuit = false;
    loaded.autoRunAppAfterInstall = true;
    loaded.logger = null;
    // Whoever asked for something is told by what they wait for.
    loaded.on('error', () => {});
    loaded.on('download-progress', ({ percent }) => {
      if (view.state === 'downloading') become({ percent: Math.floor(percent) });
    });
    return loaded;
  });
  const failed = (error: unknown): UpdateView => {
    log.warn('A newer version could not be had.', { error });
    return become({ state: 'failed', why: tell('updates.failed'), percent: null });
  };
  const download = async (): Promise<UpdateView> => {
    if (view.state !== 'available') return view;
    become({ state: 'downloading', percent: 0 });
    try {
      await (await updater()).downloadUpdate();
    } catch (error) {
      return failed(error);
    }
    notify(tell('notices.update.ready'), tell('notices.update.ready.body', { version: view.version ?? '' }), 'update');
    return become({ state: 'ready', percent: null });
  };
  const check = async (): Promise<UpdateView> => {
    if (view.state !== 'idle' && view.state !== 'failed' && view.state !== 'available') return view;
    const told = view.version;
    become({ state: 'checking', why: null });
    try {
      const found = await (await updater()).checkForUpdates();
      become({ checkedAt: clock.epochMs() });
      if (found?.isUpdateAvailable !== true) return become({ state: 'idle', version: null, notes: null });
      const { version, releaseNotes } = found.updateInfo;
      become({ state: 'available', version, notes: notesText(releaseNotes) });
      if (settings().updates === 'download') return await download();
      if (version !== told) notify(tell('notices.update'), tell('notices.update.body', { version }), 'update');
      return view;
    } catch (error) {
      return failed(error);
    }
  };
  const look = () => {
    if (settings().updates !== 'off') void check();
    timer = clock.after(checkEveryMs, look);
  };
  const installSoon = async (wish: number): Promise<void> => {
    const running = await runningTurns();
    if (view.state !== 'waiting' || wish !== wishes) return;
    if (running > 0) {
      waiting = clock.after(turnLookMs, () => void installSoon(wish));
      return;
    }
    try {
      keepPrevious?.();
      installer = await updater();
      quit();
    } catch (error) {
      installer = null;
      failed(error);
    }
  };
  return {
    view: () => view,
    check,
    download,
    install: () => {
      if (view.state !== 'ready') return view;
      become({ state: 'waiting' });
      wishes += 1;
      void installSoon(wishes);
      return view;
    },
    postpone: () => {
      if (view.state !== 'waiting' || installer !== null) return view;
      waiting?.cancel();
      return become({ state: 'ready' });
    },
    start: () => {
      if (whyOff === null) timer = clock.after(firstCheckMs, look);
    },
    stop: () => {
      timer?.cancel();
      waiting?.cancel();
    },
    finish: () => {
      if (installer === null) return false;
      isHandedOver = true;
      installer.quitAndInstall(true, true);
      return true;
    },
    isInstalling: () => isHandedOver,
  };
}
