import { Notification } from 'electron';
import type { Clock, Host, Logger } from '../core/ports.ts';
import { isQuiet, type NoticeKind } from '../shared/notice-kinds.ts';
import type { AppSettings } from '../shared/settings.ts';
import { visibleText } from '../shared/visible-text.ts';
import { english } from '../shared/words/english.ts';
import type { Words } from '../shared/words/words.ts';

/** Where a click on a notification leads. */
const screens: Readonly<Record<NoticeKind, string>> = {
  quota: 'accounts',
  account: 'accounts',
  update: 'settings',
  experiment: 'lab',
};

/** Upstream's words and an account's name stand in it: the servers of Linux alone would read `<a href=…>` as a link, and load an `<img>`. */
function plainText(text: string, platform: NodeJS.Platform): string {
  const visible = visibleText(text);
  return platform === 'darwin' || platform === 'win32' ? visible : visible.replaceAll('<', '‹').replaceAll('>', '›');
}

interface NotifierOptions {
  readonly platform: NodeJS.Platform;
  readonly log: Logger;
  readonly clock: Clock;
  /** Opens the window, on a screen if one is named. */
  readonly open: (screen?: string) => void;
  readonly words: () => Words;
  readonly settings: () => Pick<AppSettings, 'notices' | 'quietHours'>;
}

/** Shows the system's notifications, as far as the user wants them; a click on one opens the window where it is about. */
export function createNotifier({ platform, log, clock, open, words, settings }: NotifierOptions): Host['notify'] {
  /** Electron forgets a notification that nobody holds, and its click with it. */
  const shown = new Set<Notification>();
  const isWanted = (kind: NoticeKind) => {
    const { notices, quietHours } = settings();
    const now = new Date(clock.epochMs());
    return notices.includes(kind) && !isQuiet(quietHours, now.getHours() * 60 + now.getMinutes());
  };
  return (toldTitle, toldBody, kind) => {
    const { told } = words();
    const [title, body] = [plainText(told(toldTitle), platform), plainText(told(toldBody), platform)];
    const note = () => log.warn(english.told(toldTitle), { body: english.told(toldBody) });
    if (!Notification.isSupported() || (kind !== undefined && !isWanted(kind))) {
      note();
      return;
    }
    const notification = new Notification({ title, body });
    const forget = () => shown.delete(notification);
    shown.add(notification);
    notification.on('click', () => {
      forget();
      open(kind && screens[kind]);
    });
    notification.on('close', forget);
    notification.on('failed', () => {
      forget();
      note();
    });
    notification.show();
  };
}
