import { afterEach, beforeEach } from 'vitest';
import { DesktopRig } from './desktop-rig.ts';
import type { Current } from './electron-stand-in/late-module.ts';
import { createStandIn, type StandIn, type StandInOptions } from './electron-stand-in/stand-in.ts';

/** What each test of a file drives: a stand-in for Electron of its own, and the desktop face on it. */
export interface Desktop {
  readonly standIn: StandIn;
  readonly rig: DesktopRig;
  /** The next start meets another Electron, as after a restart of the program. */
  renew(options?: StandInOptions): void;
}

/** Makes them before each test. The file itself mocks `electron` by `current`: vitest hoists that nowhere else. */
export function givenDesktop(current: Current): Desktop {
  let standIn: StandIn;
  let rig: DesktopRig;
  const renew = (options?: StandInOptions) => {
    standIn = createStandIn(options);
    current.standIn = standIn;
  };
  beforeEach(() => {
    renew();
    rig = new DesktopRig(standIn);
  });
  afterEach(() => rig.dispose());
  return {
    get standIn() {
      return standIn;
    },
    get rig() {
      return rig;
    },
    renew,
  };
}
