import { Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Accounts } from '../../src-main/core/accounts/accounts.ts';
import { Refresher } from '../../src-main/core/accounts/refresh.ts';
import type { JsonObject } from '../../src-main/core/json.ts';
import { CompactSink } from '../../src-main/core/server/compact-sink.ts';
import { JsonSink } from '../../src-main/core/server/json-sink.ts';
import { SseSink } from '../../src-main/core/server/sse-sink.ts';
import { TranslatedJsonSink } from '../../src-main/core/server/translated-json-sink.ts';
import { TranslatedSseSink } from '../../src-main/core/server/translated-sse-sink.ts';
import { WebsocketSink } from '../../src-main/core/server/websocket-sink.ts';
import { RecordedExchange } from '../../src-main/core/traces/exchange.ts';
import { RecordedAttempt } from '../../src-main/core/traces/recorded-attempt.ts';
import { Recorder } from '../../src-main/core/traces/recorder.ts';
import { TurnShaper } from '../../src-main/core/turn/shape.ts';
import type { TurnSink } from '../../src-main/core/turn/turn.ts';
import { UpstreamSocket } from '../../src-main/core/upstream/socket.ts';
import type { WireEvent } from '../../src-main/core/wire-event.ts';
import type { Transport } from '../../src-main/shared/model.ts';
import { chat, chatPath } from '../support/chat-client.ts';
import { accountsOf } from '../support/rig-accounts.ts';
import { type ScriptedUpstream, sse, startScriptedUpstream } from '../support/scripted-upstream.ts';
import { skippingClock } from '../support/skipping-clock.ts';
import { type Rig, type RigOptions, startRig } from '../support/slipstream.ts';
import { ask, post, WsTurns } from '../support/turn-client.ts';

/** Errors of our own, put into the running program: they are told and logged as ours, and cost no account anything. */

let rig: Rig;
let upstream: ScriptedUpstream | null = null;

afterEach(async () => {
  vi.restoreAllMocks();
  await rig.stop();
  await upstream?.stop();
  upstream = null;
});

const fault = () => {
  throw new TypeError('a fault of our own');
};

/** How long the first events are held back. */
const holdMs = 10_000;

const ownWords = 'Slipstream met an error of its own';

async function start(transport: Transport, options: RigOptions = {}): Promise<void> {
  rig = await startRig({ accounts: 2, ...options });
  for (const { id } of accountsOf(rig))
    await rig.app.handlers['accounts.setWebsockets']({ id, websockets: transport === 'ws' });
}

/** What the program thinks of its accounts, less what every turn changes. */
function opinions() {
  return rig.app.snapshot().accounts.map(({ usage: _usage, ...rest }) => rest);
}

function faultsLogged(message: string) {
  return rig.host.log.lines.filter((line) => line.level === 'error' && line.message === message);
}

async function expectOwnFault(): Promise<void> {
  const { row, attempts } = await rig.lastTrace();
  expect(row).toMatchObject({ status: 'failed', error: { code: 'internal' } });
  expect(attempts.length).toBeLessThanOrEqual(1);
  for (const attempt of attempts) expect(attempt.error?.code).toBe('internal');
  expect(faultsLogged('A turn failed inside Slipstream.').map(({ fields }) => fields?.error)).toEqual([
    expect.objectContaining({ message: 'a fault of our own', stack: expect.stringContaining('own-faults.test.ts') }),
  ]);
}

/** The next turn goes the way that the failed one went. */
async function expectNothingLost(transport: Transport, before: ReturnType<typeof opinions>): Promise<void> {
  vi.restoreAllMocks();
  expect(opinions()).toEqual(before);
  const failed = (await rig.lastTrace()).row;
  expect((await post(rig, ask('hello'))).status).toBe(200);
  const { row } = await rig.lastTrace();
  expect(row).toMatchObject({ status: 'completed', transport, account: { id: failed.account?.id } });
}

interface Way {
  readonly name: string;
  readonly sink: { readonly prototype: TurnSink };
  readonly send: () => Promise<string>;
}

const posting = (body: JsonObject, path?: string) => async () => (await post(rig, body, {}, path)).text;
const claude = { model: 'gpt-5.5', max_tokens: 64, messages: [{ role: 'user', content: 'hello' }] };

const ways: readonly Way[] = [
  { name: 'a Responses stream', sink: SseSink, send: posting(ask('hello')) },
  { name: 'a Responses object', sink: JsonSink, send: posting(ask('hello', { stream: false })) },
  { name: 'a Chat stream', sink: TranslatedSseSink, send: posting(chat('hello'), chatPath) },
  { name: 'a Chat object', sink: TranslatedJsonSink, send: posting(chat('hello', { stream: false }), chatPath) },
  { name: 'a Messages stream', sink: TranslatedSseSink, send: posting({ ...claude, stream: true }, '/v1/messages') },
  { name: 'a Messages object', sink: TranslatedJsonSink, send: posting(claude, '/v1/messages') },
];

const compaction: Way = {
  name: 'a compaction',
  sink: CompactSink,
  send: posting({ model: 'gpt-5.5', input: 'hello' }, '/v1/responses/compact'),
};

const websocket: Way = {
  name: 'a websocket client',
  sink: WebsocketSink,
  send: async () => {
    const client = await WsTurns.open(rig);
    const events = await client.turn(ask('hello'));
    await client.close();
    return JSON.stringify(events);
  },
};

/** The sink throws at the first event that says something, and works again for the error. */
function breakSink({ prototype }: Way['sink']): void {
  const original = prototype.event;
  let isBroken = false;
  vi.spyOn(prototype, 'event').mockImplementation(function (this: TurnSink, event: WireEvent) {
    if (isBroken || !/delta|compaction/.test(event.type)) return original.call(this, event);
    isBroken = true;
    return fault();
  });
}

const crossed = (['ws', 'http'] as const).flatMap((transport) =>
  [...ways, transport === 'ws' ? websocket : compaction].map((way) => ({ transport, ...way })),
);

describe('a sink that throws', () => {
  it.each(crossed)('is told as internal to $name, upstream over $transport', async ({ transport, sink, send }) => {
    await start(transport);
    const before = opinions();
    breakSink(sink);
    expect(await send()).toContain(ownWords);
    await expectOwnFault();
    await expectNothingLost(transport, before);
  });

  it.each(['ws', 'http'] as const)('when it opens late, upstream over %s, is told as internal', async (transport) => {
    const created = { type: 'response.created', response: { id: 'resp_1', status: 'in_progress' } };
    upstream = await startScriptedUpstream({
      frame: (socket) => socket.send(JSON.stringify(created)),
      post: (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(sse(created));
      },
    });
    const clock = skippingClock();
    await start(transport, { upstreamUrl: upstream.url, clock });
    vi.spyOn(SseSink.prototype, 'open').mockImplementation(fault);
    const answer = post(rig, ask('hello'));
    await expect.poll(() => clock.waitingMs).toContain(holdMs);
    clock.skip(holdMs);
    expect((await answer).text).toContain(ownWords);
    await expectOwnFault();
  });
});

describe('a writer that throws between two calls', () => {
  const streams = [
    ['a Responses stream', ask('hello'), '/v1/responses'],
    ['a Chat stream', chat('hello'), chatPath],
    ['a Messages stream', { ...claude, stream: true }, '/v1/messages'],
  ] as const;

  it.each(streams)('ends the connection of %s', async (_name, body, path) => {
    await start('ws');
    const original = Socket.prototype.write;
    const isPiece = (data: unknown) =>
      Buffer.isBuffer(data) && /^[0-9a-f]+\r\n(?:event|data):/.test(data.toString('latin1', 0, 30));
    vi.spyOn(Socket.prototype, 'write').mockImplementation(function (this: Socket, ...given: unknown[]) {
      return isPiece(given[0]) ? fault() : Reflect.apply(original, this, given);
    } as typeof original);
    const answer = await post(rig, body, {}, path);
    expect([answer.isCut, answer.text]).toEqual([true, '']);
    await expectOwnFault();
    expect(faultsLogged('An error could not be told as it was.')).toHaveLength(1);
  });
});

describe('an error of our own on the way up', () => {
  const places: readonly (readonly [string, () => unknown])[] = [
    ['in shaping', () => vi.spyOn(TurnShaper.prototype, 'shape').mockImplementation(fault)],
    ['in reading the token', () => vi.spyOn(Refresher.prototype, 'ready').mockImplementation(async () => fault())],
    ['in choosing an account', () => vi.spyOn(Accounts.prototype, 'choose').mockImplementation(fault)],
    ['in noting usage', () => vi.spyOn(Accounts.prototype, 'noteUsage').mockImplementation(fault)],
  ];

  it.each(places)('%s is told as internal', async (_where, breakIt) => {
    for (const transport of ['ws', 'http'] as const) {
      await start(transport);
      const before = opinions();
      breakIt();
      expect((await post(rig, ask('hello'))).text).toContain(ownWords);
      await expectOwnFault();
      vi.restoreAllMocks();
      expect(opinions()).toEqual(before);
      if (transport === 'ws') await rig.stop();
    }
  });

  it('in the pool is told as internal, and websockets are not given up', async () => {
    await start('ws');
    const before = opinions();
    vi.spyOn(UpstreamSocket.prototype, 'run').mockImplementation(fault);
    expect((await post(rig, ask('hello'))).text).toContain(ownWords);
    await expectOwnFault();
    await expectNothingLost('ws', before);
  });
});

describe('a watcher that throws', () => {
  const watches: readonly (readonly [string, object])[] = [
    ...members(RecordedExchange.prototype, [
      'mark',
      'session',
      'account',
      'normalised',
      'attempt',
      'frame',
      'waits',
      'ownShareMs',
      'quota',
      'committed',
      'finalEvent',
      'ended',
    ]),
    ...members(RecordedAttempt.prototype, ['connected', 'ready', 'sent', 'ended']),
    ...members(Recorder.prototype, ['begin']),
  ];

  function members(prototype: object, names: readonly string[]) {
    return names.map((name) => [name, prototype] as const);
  }

  it.each(['ws', 'http'] as const)('hurts no turn, upstream over %s', async (transport) => {
    await start(transport);
    for (const [name, prototype] of watches) {
      const spy = vi.spyOn(prototype as Record<string, () => void>, name).mockImplementation(fault);
      const { status, events } = await post(rig, ask('hello'));
      expect([name, status, events.at(-1)?.type]).toEqual([name, 200, 'response.completed']);
      const faults = faultsLogged('A turn could not be watched as it should; it goes on.');
      expect([name, faults.length]).toEqual([name, spy.mock.calls.length === 0 ? 0 : 1]);
      rig.host.log.lines.length = 0;
      spy.mockRestore();
    }
  });
});
