import { Notification } from 'electron';
import type { Logger } from '../core/ports.ts';

/** Shows the system's notifications; a click on one opens the window. */
export function createNotifier(log: Logger, open: () => void): (title: string, body: string) => void {
  /** Electron forgets a notification that nobody holds, and its click with it. */
  const shown = new Set<Notification>();
  return (title, body) => {
    if (!Notification.isSupported()) {
      log.warn(title, { body });
      return;
    }
    const notification = new Notification({ title, body });
    const forget = () => shown.delete(notification);
    shown.add(notification);
    notification.on('click', () => {
      forget();
      open();
    });
    notification.on('close', forget);
    notification.on('failed', () => {
      forget();
      log.warn(title, { body });
    });
    notification.show();
  };
}
