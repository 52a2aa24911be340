import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { buildIfStale } from '../../src-main/build/build-if-stale.ts';
import { seededRandom } from '../../src-main/simulator/seeded-random.ts';
import { readArguments } from '../support/arguments.ts';
import { SoakClient } from './clients.ts';
import { Disturbances } from './disturbances.ts';
import { Ledger } from './ledger.ts';
import { Program } from './program.ts';
import { UpstreamProcess } from './upstream-process.ts';

/** `npm run soak -- [--minutes N] [--seed N] [--clients N]`: the built program under everything that can happen to it, and a ledger. */

const { values } = readArguments({
  options: {
    minutes: { type: 'string', default: '20' },
    seed: { type: 'string' },
    clients: { type: 'string', default: '30' },
  },
});

const say = (text: string) => process.stdout.write(`${text}\n`);
const minuteMs = 60_000;
const faultProbability = 0.08;
const firstAccounts = 3;
/** Between two disturbances, and between two ends of the program. */
const disturbEveryMs = 1_000;
const restartEveryMs = 20_000;
const killShare = 0.4;
const reportEveryMs = minuteMs;

// A seed is printed so that whatever is found can be found again.
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const lastsMs = Number(values.minutes) * minuteMs;
const startedMs = performance.now();
const isOver = () => performance.now() - startedMs >= lastsMs;
say(`seed ${seed}`);
buildIfStale(resolve(import.meta.dirname, '..', '..'), say);

const ledger = new Ledger();
const [upstream, place] = await UpstreamProcess.start(seed, faultProbability);
const program = new Program(place, ledger);
await program.start();
const { apiKey } = await program.server();
const disturbances = new Disturbances(program, upstream, ledger, seededRandom(seed + 1), apiKey);
for (let count = 0; count < firstAccounts; count += 1) await disturbances.addAccount();

const clients = Array.from(
  { length: Number(values.clients) },
  (_, index) => new SoakClient(index, program, ledger, seededRandom(seed + 7_919 * (index + 1))),
);

async function disturb(): Promise<void> {
  const random = seededRandom(seed + 2);
  const pause = (ms: number) => ms * (0.5 + random());
  let restartAtMs = performance.now() + pause(restartEveryMs);
  while (!isOver()) {
    await delay(pause(disturbEveryMs));
    program.use();
    if (performance.now() < restartAtMs) {
      await disturbances.next();
      continue;
    }
    await disturbances.restart(random() < killShare);
    restartAtMs = performance.now() + pause(restartEveryMs);
  }
}

const telling = setInterval(() => say(`${ledger.lines()[0]}; ${ledger.lines()[3]}`), reportEveryMs);
await Promise.all([disturb(), ...clients.map((client) => client.run(isOver))]);
clearInterval(telling);

// What idle connections there are is closed by then, on both sides.
await delay(2_000);
const atRest = program.use();
const databaseMiB = program.databaseMiB();
await program.stop();
program.dispose();
await upstream.stop();

const table = (counts: object) =>
  Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
for (const line of ledger.lines()) say(line);
say(`disturbances: ${table(Object.fromEntries(disturbances.counts))}; ${program.starts} starts`);
say(`at most: ${table(program.most)}`);
say(`at rest: ${table(atRest)}; database ${databaseMiB} MiB`);
const { passed, failed } = ledger.totals();
if (failed > 0)
  say(`again with: npm run soak -- --minutes ${values.minutes} --seed ${seed} --clients ${values.clients}`);
say(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
