import type { Timer } from '../core/ports.ts';
import { tell } from '../shared/words/told.ts';
import type { Told } from '../shared/words/told-text.ts';
import { systemCode, writeProblem } from '../shared/write-problem.ts';
import { accessProblem } from './data-dir.ts';
import type { FaceHost } from './face-host.ts';
import type { InstanceHold } from './instance.ts';

const lookEveryMs = 10_000;

type WatchHost = Pick<FaceHost, 'clock' | 'dataDir' | 'log' | 'notify' | 'troubles'>;

/**
 * Looks now and then whether the data folder of a running instance is still there and takes writing: what is open already is
 * written on to all the same, and lost. Said once where it is not, and taken back where it is again. Returns its own undo.
 */
export function watchFolder(hold: Pick<InstanceHold, 'isThere'>, host: WatchHost): () => void {
  const { clock, dataDir, log, notify, troubles } = host;
  let told: Told | null = null;
  let timer: Timer;
  const look = () => {
    timer = clock.after(lookEveryMs, look);
    const problem = problemOf(hold, dataDir);
    if (problem === told) return;
    told = problem;
    troubles.noteFolder(problem);
    if (problem === null) log.info('The data folder can be used again.');
    else notify(tell('notices.folder'), problem);
  };
  timer = clock.after(lookEveryMs, look);
  return () => timer.cancel();
}

function problemOf({ isThere }: Pick<InstanceHold, 'isThere'>, dataDir: string): Told | null {
  const cause = accessProblem(dataDir);
  if (cause !== null && systemCode(cause) !== 'ENOENT')
    return tell('problems.folder.refused', { path: dataDir, why: writeProblem(cause) });
  return isThere() ? null : tell('problems.folder.gone', { path: dataDir });
}
