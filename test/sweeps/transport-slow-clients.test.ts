import { afterEach, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { accountsOf } from '../support/rig-accounts.ts';
import { type ScriptedUpstream, sse, startScriptedUpstream } from '../support/scripted-upstream.ts';
import { type SkippingClock, skippingClock } from '../support/skipping-clock.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { ask, openPost, post, readAnswer, textOf, WsTurns } from '../support/turn-client.ts';

let rig: Rig;
let upstream: ScriptedUpstream | null = null;

afterEach(async () => {
  await rig.stop();
  await upstream?.stop();
  upstream = null;
});

const mib = 1024 * 1024;
const eventBytes = 64 * 1024;
const eventCount = 640;
/** What the kernel's buffers of two connections, and ours, may swallow of the 40 MiB. */
const boundBytes = 32 * mib;

const created = { type: 'response.created', response: { id: 'resp_1', status: 'in_progress' } };
const completed = { type: 'response.completed', response: { id: 'resp_1', status: 'completed', output: [] } };

function bulk(number: number) {
  return { type: 'response.output_text.delta', delta: `${number} `.padEnd(eventBytes, 'x') };
}

interface Progress {
  /** Events that upstream's side has got rid of. */
  taken: number;
}

/** An upstream that sends the next event when the last one has left it, by either transport. */
async function start(transport: 'ws' | 'http', clock?: SkippingClock): Promise<Progress> {
  const progress: Progress = { taken: 0 };
  const pump = async (send: (event: object) => Promise<void>) => {
    await send(created);
    for (let number = 0; number < eventCount; number += 1) {
      await send(bulk(number));
      progress.taken += 1;
    }
    await send(completed);
  };
  upstream = await startScriptedUpstream({
    frame: (socket: WebSocket) => {
      const send = (event: object) =>
        new Promise<void>((resolve, reject) => {
          socket.send(JSON.stringify(event), (error) => (error ? reject(error) : resolve()));
        });
      pump(send).catch(() => {});
    },
    post: (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const send = (event: object) =>
        new Promise<void>((resolve, reject) => {
          response.write(sse({ ...event }), (error) => (error ? reject(error) : resolve()));
        });
      pump(send)
        .then(() => response.end())
        .catch(() => {});
    },
  });
  rig = await startRig({ upstreamUrl: upstream.url, ...(clock === undefined ? {} : { clock }) });
  for (const { id } of accountsOf(rig)) {
    await rig.app.handlers['accounts.setWebsockets']({ id, websockets: transport === 'ws' });
  }
  return progress;
}

const aWhileMs = 150;
/** A timer that is later than this tells of a busy machine, on which nothing moves for want of time. */
const latestMs = aWhileMs + 30;

/** Waits until nothing has moved for a while: the only way to see that something does not happen. */
async function standstill(progress: Progress): Promise<void> {
  let [before, tookMs] = [-1, 0];
  while (before !== progress.taken || progress.taken === 0 || tookMs > latestMs) {
    before = progress.taken;
    const startMs = performance.now();
    await new Promise((resolve) => setTimeout(resolve, aWhileMs));
    tookMs = performance.now() - startMs;
  }
}

describe.each(['ws', 'http'] as const)('a client that does not read, while upstream comes over %s', (transport) => {
  it('over HTTP holds upstream back instead of filling the memory, and loses nothing when it reads on', async () => {
    const progress = await start(transport);
    const response = await openPost(rig, '/v1/responses', JSON.stringify(ask('a lot'))).head;
    await standstill(progress);
    expect(progress.taken * eventBytes).toBeLessThan(boundBytes);
    const { events } = await readAnswer(response);
    const numbers = events.slice(1, -1).map(({ delta }) => Number.parseInt(String(delta), 10));
    expect(numbers).toHaveLength(eventCount);
    expect(numbers.every((number, index) => number === index)).toBe(true);
  });

  it('and then goes away ends upstream’s turn', async () => {
    const progress = await start(transport);
    const { request, head } = openPost(rig, '/v1/responses', JSON.stringify(ask('a lot')));
    await head;
    await standstill(progress);
    const taken = progress.taken;
    request.destroy();
    await expect.poll(() => rig.app.snapshot().requests[0]?.status).toBe('cancelled');
    await expect.poll(() => upstream?.sockets.size).toBe(0);
    expect(progress.taken).toBeLessThan(eventCount);
    expect(taken).toBeGreaterThan(0);
  });

  it('for 290 s is told so at its end, and upstream gets its socket back', async () => {
    const clock = skippingClock();
    const progress = await start(transport, clock);
    const response = await openPost(rig, '/v1/responses', JSON.stringify(ask('a lot'))).head;
    await standstill(progress);
    clock.skip(290_000);
    expect((await rig.lastTrace()).row).toMatchObject({ status: 'failed', error: { code: 'client_stalled' } });
    await expect.poll(() => upstream?.sockets.size).toBe(0);
    const { events, isCut } = await readAnswer(response);
    expect(isCut).toBe(false);
    expect(events.at(-1)).toMatchObject({ type: 'error', code: 'client_stalled' });
  });
});

it('a websocket client that does not read holds upstream back in the same way', async () => {
  const progress = await start('ws');
  const client = await WsTurns.open(rig);
  client.socket.pause();
  client.send({ type: 'response.create', ...ask('a lot') });
  await standstill(progress);
  expect(progress.taken * eventBytes).toBeLessThan(boundBytes);
  client.socket.resume();
  expect(await client.terminal()).toHaveLength(eventCount + 2);
  await client.close();
});

describe('a client that goes away', () => {
  const abandon: [string, (rig: Rig) => Promise<() => void>][] = [
    [
      'over HTTP before any content',
      async (server) => {
        const { request, head } = openPost(server, '/v1/responses', JSON.stringify(ask('hello')));
        head.catch(() => {});
        return () => request.destroy();
      },
    ],
    [
      'over HTTP while it waits for one JSON object',
      async (server) => {
        const { request, head } = openPost(server, '/v1/responses', JSON.stringify({ ...ask('hello'), stream: false }));
        head.catch(() => {});
        return () => request.destroy();
      },
    ],
    [
      'over a websocket',
      async (server) => {
        const client = await WsTurns.open(server);
        client.send({ type: 'response.create', ...ask('hello') });
        return () => client.socket.terminate();
      },
    ],
  ];

  it.each(abandon)('%s ends upstream’s turn, and costs no other turn anything', async (_what, begin) => {
    rig = await startRig();
    rig.simulator.faults.next('turn', { kind: 'stall' });
    const leave = await begin(rig);
    await rig.simulator.log.waitFor('turn', ({ phase }) => phase === 'started');
    leave();
    await rig.simulator.log.waitFor('turn', ({ phase }) => phase === 'aborted');
    expect((await rig.lastTrace()).row.status).toBe('cancelled');
    expect(textOf((await post(rig, ask('Reply with exactly: next'))).events)).toBe('next');
  });

  it('while its account’s token is being refreshed starts no turn upstream', async () => {
    rig = await startRig();
    accountsOf(rig)[0]?.upstream.invalidateAccess();
    rig.simulator.faults.next('issuer', { kind: 'slow', delayMs: 150 });
    const { request, head } = openPost(rig, '/v1/responses', JSON.stringify(ask('hello')));
    head.catch(() => {});
    await rig.simulator.log.waitFor('fault', ({ point }) => point === 'issuer');
    request.destroy();
    expect((await rig.lastTrace()).row.status).toBe('cancelled');
    expect(rig.simulator.log.turns).toHaveLength(0);
  });

  it('is not taken for a failure of the account', async () => {
    rig = await startRig();
    rig.simulator.faults.next('turn', { kind: 'stall' });
    const { request, head } = openPost(rig, '/v1/responses', JSON.stringify(ask('hello')));
    head.catch(() => {});
    await rig.simulator.log.waitFor('turn');
    request.destroy();
    await rig.lastTrace();
    expect(rig.app.snapshot().accounts[0]).toMatchObject({ state: 'ready', cooldownUntil: null });
  });
});
