/**
 * Memory of the built program after many small turns (test/perf/README.md): 20,000 of 2 KB with 20 events each, in 200 sessions,
 * recording on; started as its user does, so that it gives itself its options. `npm run build`, then
 * `node test/perf/memory.ts [--turns N] [--idle-seconds N]`; JSON out; exit code 1 where the budget is missed. Linux.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isStale } from '../../src-main/build/stale.ts';
import { readArguments } from '../support/arguments.ts';
import { Headless, headlessEntry, rootDir } from '../support/headless.ts';
import { bodyOf, overSse } from './bench-targets.ts';
import { Part } from './part.ts';
import { cpuSeconds, rssMib } from './process-use.ts';

const { values: options } = readArguments({
  options: { turns: { type: 'string', default: '20000' }, 'idle-seconds': { type: 'string', default: '20' } },
});
const turns = Number(options.turns);
const idleSeconds = Number(options['idle-seconds']);
const sessions = 200;
const atOnce = 8;
const budgetMib = 200;
const looks = 10;

if (process.platform !== 'linux') throw new Error('this benchmark reads /proc and runs on Linux alone');
if (isStale(rootDir)) throw new Error('the built files do not fit the sources: run "npm run build" first');

const { MALLOC_ARENA_MAX: _arenas, ...env } = process.env;
const headless = new Headless({ program: process.execPath, args: [headlessEntry], env });
const issuer = await Part.start({ role: 'simulator' });
const upstream = await Part.start({ role: 'flood', deflates: false });
try {
  const authFile = join(headless.dir, 'auth.json');
  writeFileSync(authFile, issuer.started.authJsons?.[0] ?? '');
  const place = ['--upstream', upstream.started.upstreamUrl ?? '', '--issuer', issuer.started.issuerUrl ?? ''];
  const { child, pid, baseUrl, apiKey, finished } = await headless.serve('--log-level', 'error', ...place);
  const imported = await headless.run('import', authFile);
  if (imported.code !== 0) throw new Error(imported.stderr);
  const headers = { authorization: `Bearer ${apiKey}` };
  const clients = Array.from({ length: sessions }, () => overSse(`${baseUrl}/responses`, headers));
  const body = bodyOf(2_000, 20);
  const [startMs, cpuBefore] = [performance.now(), cpuSeconds(pid)];
  const seenMib: number[] = [];
  let next = 0;
  await Promise.all(
    Array.from({ length: atOnce }, async (_none, lane) => {
      while (next < turns) {
        next += 1;
        if (next % Math.ceil(turns / looks) === 0) seenMib.push(Math.round(rssMib(pid)));
        await clients[(next % (sessions / atOnce)) * atOnce + lane]?.ask(body);
      }
    }),
  );
  const tookSeconds = (performance.now() - startMs) / 1000;
  const cpuMsEach = ((cpuSeconds(pid) - cpuBefore) * 1000) / turns;
  const afterMib = rssMib(pid);
  await new Promise((resolve) => setTimeout(resolve, idleSeconds * 1000));
  const idleMib = rssMib(pid);
  const mostMib = rssMib(pid, 'VmHWM');
  for (const client of clients) client.stop();
  child.kill('SIGTERM');
  await finished;
  const met = afterMib <= budgetMib;
  const rounded = (value: number) => Number(value.toFixed(1));
  const result = {
    turns,
    sessions,
    tookSeconds: rounded(tookSeconds),
    cpuMsEach: Number(cpuMsEach.toFixed(3)),
    seenMib,
    rssMib: rounded(afterMib),
    mostMib: rounded(mostMib),
    idleSeconds,
    rssAfterIdleMib: rounded(idleMib),
    budgetMib,
    met,
  };
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  process.exitCode = met ? 0 : 1;
} finally {
  headless.dispose();
  for (const part of [upstream, issuer]) part.stop();
}
