import { powerMonitor } from 'electron';
import type { Logger } from '../core/ports.ts';

interface PowerOptions {
  readonly log: Logger;
  /** Connections and timers are not to be trusted. */
  readonly stale: () => void;
  readonly quit: () => void;
}

/** Sleep cuts connections without a word and stops timers: idle sockets go before it, and everything is looked at after it. */
export function watchPower({ log, stale, quit }: PowerOptions): void {
  powerMonitor.on('suspend', () => {
    log.info('The machine goes to sleep.');
    stale();
  });
  powerMonitor.on('resume', () => {
    log.info('The machine has woken.');
    stale();
  });
  powerMonitor.on('shutdown', quit);
}
