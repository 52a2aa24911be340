import type { Autostart } from '../core/ports.ts';
import { SlipstreamError } from '../shared/errors.ts';
import { saidInEnglish } from '../shared/words/said.ts';
import { tell } from '../shared/words/told.ts';
import type { Told } from '../shared/words/told-text.ts';

/** An answer for where it cannot be switched on, which says why. */
export function unsupportedAutostart(reason: Told): Autostart {
  return {
    unsupported: reason,
    isEnabled: () => false,
    set: (enabled) => {
      if (enabled) throw new SlipstreamError('autostart_unsupported', saidInEnglish(reason));
    },
  };
}

/** The headless face runs as long as its terminal, or under a service manager of the user's choice. */
export const noAutostart: Autostart = unsupportedAutostart(tell('autostart.headless'));
