/**
 * Memory after many small turns (test/perf/README.md): 20,000 of 2 KB with 20 events each, in 200 sessions, recording on.
 * `node test/perf/memory.ts [--turns N]`; JSON out; exit code 1 where the budget is missed.
 */
import { parseArgs } from 'node:util';
import { bodyOf, overSse } from './bench-targets.ts';
import { Part } from './part.ts';

const { values: options } = parseArgs({ options: { turns: { type: 'string', default: '20000' } } });
const turns = Number(options.turns);
const sessions = 200;
const atOnce = 8;
const budgetMib = 200;

const issuer = await Part.start({ role: 'simulator' });
const upstream = await Part.start({ role: 'flood', deflates: false });
const slipstream = await Part.start({
  role: 'slipstream',
  upstreamUrl: upstream.started.upstreamUrl ?? '',
  issuerUrl: issuer.started.issuerUrl ?? '',
  authJsons: issuer.started.authJsons ?? [],
  records: true,
});
const url = `http://127.0.0.1:${slipstream.started.port}/v1/responses`;
const clients = Array.from({ length: sessions }, () =>
  overSse(url, { authorization: `Bearer ${slipstream.started.apiKey ?? ''}` }),
);
const body = bodyOf(2_000, 20);
const mib = (bytes: number) => Number((bytes / 2 ** 20).toFixed(1));
let next = 0;
let mostMib = 0;
await Promise.all(
  Array.from({ length: atOnce }, async (_none, lane) => {
    while (next < turns) {
      next += 1;
      await clients[(next % (sessions / atOnce)) * atOnce + lane]?.ask(body);
      // One lane asks, so that no two wait for the same answer.
      if (lane === 0 && next % 2_000 < atOnce) mostMib = Math.max(mostMib, mib((await slipstream.memory()).rssBytes));
    }
  }),
);
const { rssBytes } = await slipstream.memory();
const afterCollection = await slipstream.usage();
for (const client of clients) client.stop();
for (const part of [slipstream, upstream, issuer]) part.stop();
const met = mib(rssBytes) <= budgetMib;
const result = {
  turns,
  sessions,
  rssMib: mib(rssBytes),
  mostMib,
  rssAfterCollectionMib: mib(afterCollection.rssBytes),
  budgetMib,
  met,
};
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
process.exitCode = met ? 0 : 1;
