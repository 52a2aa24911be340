import { globalShortcut } from 'electron';
import type { FastShortcut } from '../core/ports.ts';
import { SlipstreamError } from '../shared/errors.ts';

/** The shortcut of the whole system that toggles fast mode; after the app is ready. */
export function createFastShortcut(pressed: () => void): FastShortcut {
  let held: string | null = null;
  const take = (shortcut: string) =>
    globalShortcut.register(shortcut, pressed) && globalShortcut.isRegistered(shortcut);
  return {
    set: (shortcut) => {
      if (shortcut === held) return;
      if (shortcut !== null && !take(shortcut)) throw new SlipstreamError('shortcut_taken');
      if (held !== null) globalShortcut.unregister(held);
      held = shortcut;
    },
  };
}
