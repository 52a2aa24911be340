import { Notification } from 'electron';
import type { Host, Logger, NoticeScreen } from '../core/ports.ts';
import { english } from '../shared/words/english.ts';
import type { Words } from '../shared/words/words.ts';

/** Shows the system's notifications; a click on one opens the window, on the screen it is about if there is one. */
export function createNotifier(log: Logger, open: (screen?: NoticeScreen) => void, words: () => Words): Host['notify'] {
  /** Electron forgets a notification that nobody holds, and its click with it. */
  const shown = new Set<Notification>();
  return (toldTitle, toldBody, screen) => {
    const { told } = words();
    const [title, body] = [told(toldTitle), told(toldBody)];
    if (!Notification.isSupported()) {
      log.warn(english.told(toldTitle), { body: english.told(toldBody) });
      return;
    }
    const notification = new Notification({ title, body });
    const forget = () => shown.delete(notification);
    shown.add(notification);
    notification.on('click', () => {
      forget();
      open(screen);
    });
    notification.on('close', forget);
    notification.on('failed', () => {
      forget();
      log.warn(english.told(toldTitle), { body: english.told(toldBody) });
    });
    notification.show();
  };
}
