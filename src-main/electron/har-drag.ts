import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { BrowserWindow } from 'electron';
import type { Clock, Timer } from '../core/ports.ts';
import type { Handlers } from '../shared/contract.ts';

/** Whoever the file was dropped on may still be reading it. */
const keptMs = 10 * 60_000;

interface HarDragOptions {
  /** Holds the files: in the data folder, which nobody else can read. */
  readonly dir: string;
  readonly icon: string;
  readonly clock: Clock;
  readonly window: () => BrowserWindow | null;
  readonly exportHar: Handlers['export.har'];
}

interface HarDrag {
  readonly handler: Handlers['requests.dragHar'];
  /** Removes what is there: at the start what a killed program has left, at the end its own. */
  clean(): void;
}

/** Gives turns to another program as a HAR file that is dragged out of the window, without bodies. */
export function createHarDrag({ dir, icon, clock, window, exportHar }: HarDragOptions): HarDrag {
  let cleaning: Timer | null = null;
  const clean = () => {
    cleaning?.cancel();
    cleaning = null;
    rmSync(dir, { recursive: true, force: true });
  };
  clean();
  return {
    clean,
    handler: async ({ ids }) => {
      const har = await exportHar({ ids, filter: {}, limit: ids.length, withBodies: false });
      clean();
      mkdirSync(dir, { recursive: true, mode: 0o700 });
      const file = join(dir, basename(har.fileName));
      writeFileSync(file, har.text, { mode: 0o600 });
      cleaning = clock.after(keptMs, clean);
      window()?.webContents.startDrag({ file, icon });
      return null;
    },
  };
}
