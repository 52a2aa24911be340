/** Adds turns to a store for ever, telling its parent the number of each; for tests that kill it. */
import { openWorkerStore } from '../../src-main/core/traces/store/worker-store.ts';
import { realClock, recordingLog } from './host.ts';
import { storedTurn } from './stored-turns.ts';

const limits = { maxRows: 1_000_000, maxBytes: 1024 ** 3, maxAgeMs: 100 * 365 * 24 * 60 * 60_000 };
const store = openWorkerStore({
  start: { path: process.argv[2] ?? null, limits },
  clock: realClock,
  log: recordingLog(),
});
let index = 0;
setInterval(() => {
  for (let count = 0; count < 5; count += 1) {
    store?.add(storedTurn(index));
    process.send?.(index);
    index += 1;
  }
}, 5);
