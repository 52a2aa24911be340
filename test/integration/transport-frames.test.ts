import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StreamFault } from '../../src-main/simulator/faults/fault-table.ts';
import { accountsOf } from '../support/rig-accounts.ts';
import { type SkippingClock, skippingClock } from '../support/skipping-clock.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import {
  ask,
  codexBody,
  codexHeaders,
  errorOf,
  outputOf,
  post,
  sequenceOf,
  type TurnAnswer,
  textOf,
  typesOf,
  WsTurns,
} from '../support/turn-client.ts';

let rig: Rig;
let clock: SkippingClock;

beforeEach(async () => {
  clock = skippingClock();
  rig = await startRig({ clock });
});

afterEach(() => rig.stop());

async function overHttp(): Promise<void> {
  for (const { id } of accountsOf(rig)) await rig.app.handlers['accounts.setWebsockets']({ id, websockets: false });
}

const transports = ['ws', 'http'] as const;

describe.each(transports)('an answer over %s that is whole but arrives strangely', (transport) => {
  const strange: [string, StreamFault][] = [
    ['in pieces of 20 bytes', { kind: 'split' }],
    ['in single bytes', { kind: 'split', chunkBytes: 1 }],
    ['all at once', { kind: 'coalesce' }],
    ['with a keepalive before every event', { kind: 'keepalive' }],
  ];

  it.each(strange)('reaches an HTTP client %s as if nothing were', async (_what, fault) => {
    if (transport === 'http') await overHttp();
    rig.simulator.faults.next('turn', fault);
    const { events } = await post(rig, ask('Count to 12'));
    expect(textOf(events)).toBe('1 2 3 4 5 6 7 8 9 10 11 12');
    expect(sequenceOf(events)).toEqual(sequenceOf(events).map((_, index) => index));
    expect(typesOf(events).at(-1)).toBe('response.completed');
  });

  it('case 22: with response.done at its end is complete, under the name the client knows', async () => {
    if (transport === 'http') await overHttp();
    rig.simulator.faults.next('turn', { kind: 'done' });
    const { events } = await post(rig, ask('Count to 2'));
    expect(typesOf(events).at(-1)).toBe('response.completed');
    expect(textOf(events)).toBe('1 2');
  });

  it('case 40: without output in its last event has it rebuilt for a client that wants one object', async () => {
    if (transport === 'http') await overHttp();
    rig.simulator.faults.next('turn', { kind: 'emptyOutput' });
    const body = ask('Reply with exactly: rebuilt', { stream: false, reasoning: { effort: 'low' } });
    const { json } = await post(rig, body);
    const items = outputOf([{ response: json ?? {} }]);
    expect(typesOf(items)).toEqual(['reasoning', 'message']);
    expect(items[1]).toMatchObject({ content: [{ type: 'output_text', text: 'rebuilt' }] });
  });

  it('case 39: cut by a limit (response.incomplete) ends the turn at once and is no error', async () => {
    if (transport === 'http') await overHttp();
    rig.simulator.faults.next('turn', { kind: 'incomplete', reason: 'content_filter', afterDeltas: 2 });
    const { events } = await post(rig, ask('Count to 9'));
    expect(typesOf(events).at(-1)).toBe('response.incomplete');
    expect((await rig.lastTrace()).row.status).toBe('incomplete');
    rig.simulator.faults.next('turn', { kind: 'incomplete', afterDeltas: 2 });
    const { status, json } = await post(rig, ask('Count to 9', { stream: false }));
    expect(status).toBe(200);
    expect(json).toMatchObject({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } });
  });

  it('case 39: and whose connection breaks right after its end is complete', async () => {
    if (transport === 'http') await overHttp();
    rig.simulator.faults.next('turn', { kind: 'reset', afterCompletion: true });
    const { events, status } = await post(rig, ask('Count to 3'));
    expect([status, textOf(events), typesOf(events).at(-1)]).toEqual([200, '1 2 3', 'response.completed']);
  });
});

describe('response.incomplete on a websocket client', () => {
  it('ends its turn, and the socket takes the next one', async () => {
    rig.simulator.faults.next('turn', { kind: 'incomplete', afterDeltas: 2 });
    const client = await WsTurns.open(rig, codexHeaders(randomUUID()));
    expect(typesOf(await client.turn(codexBody('Count to 9'))).at(-1)).toBe('response.incomplete');
    expect(textOf(await client.turn(codexBody('Count to 2')))).toBe('1 2');
    await client.close();
  });
});

describe('case 22: response.done on a websocket client', () => {
  it.each([
    ['a client that is not Codex gets it as it came', {}, 'response.done'],
    ['Codex, which would wait for ever, gets it by its usual name', codexHeaders(randomUUID()), 'response.completed'],
  ])('case 22: %s', async (_what, headers, type) => {
    rig.simulator.faults.next('turn', { kind: 'done' });
    const client = await WsTurns.open(rig, headers);
    expect(typesOf(await client.turn(codexBody('Count to 2'))).at(-1)).toBe(type);
    expect(textOf(await client.turn(codexBody('Count to 3')))).toBe('1 2 3');
    await client.close();
  });
});

describe('an answer that breaks off after content has been seen', () => {
  const breaks: [string, StreamFault][] = [
    ...[1000, 1001, 1008, 1009, 1011, 1012, 1013].map((code): [string, StreamFault] => [
      `close ${code}`,
      { kind: 'close', code, afterDeltas: 2 },
    ]),
    ['an end without a close frame (1006)', { kind: 'cut', afterDeltas: 2 }],
    ['a reset', { kind: 'reset', afterDeltas: 2 }],
    ['a binary frame', { kind: 'binary', afterDeltas: 2 }],
    ['a frame that is no JSON', { kind: 'malformed', afterDeltas: 2 }],
  ];

  it.each(breaks)(
    'case 42: is an error event for a client, response.failed for Codex, and in-band on a websocket: %s',
    async (_what, fault) => {
      rig.simulator.faults.always('turn', fault);
      const other = await post(rig, ask('Count to 9'));
      expect(other.events.at(-1)).toMatchObject({ type: 'error', code: 'upstream_closed' });
      const codex = await post(rig, codexBody('Count to 9'), codexHeaders(randomUUID()));
      expect(codex.events.at(-1)).toMatchObject({
        type: 'response.failed',
        response: { error: { code: 'upstream_closed', type: 'server_error' } },
      });
      const client = await WsTurns.open(rig, codexHeaders(randomUUID()));
      const events = await client.turn(codexBody('Count to 9'));
      expect(events.at(-1)).toMatchObject({ type: 'error', status: 502, error: { code: 'upstream_closed' } });
      for (const answer of [other.events, codex.events, events]) expect(textOf(answer)).toBe('1 2');
      rig.simulator.faults.clear();
      expect(textOf(await client.turn(codexBody('Count to 2')))).toBe('1 2');
      await client.close();
    },
  );

  it('says the close code and the host, for whoever reads the message', async () => {
    rig.simulator.faults.next('turn', { kind: 'close', code: 1012, reason: 'restarting', afterDeltas: 1 });
    const { events } = await post(rig, ask('Count to 9'));
    const { message } = errorOf(events.at(-1));
    expect(message).toContain('1012');
    expect(message).toContain('restarting');
    expect(message).toContain(new URL(rig.simulator.upstreamUrl).host);
  });
});

describe.each(transports)('an upstream that falls silent over %s', (transport) => {
  async function silent(start: () => Promise<TurnAnswer>): Promise<TurnAnswer> {
    rig.simulator.faults.next('turn', { kind: 'stall' });
    const asked = start();
    await rig.simulator.log.waitFor('turn');
    expect(clock.waitingMs).toContain(290_000);
    clock.skip(290_000);
    const answer = await asked;
    await rig.simulator.log.waitFor('turn', ({ phase }) => phase === 'aborted');
    return answer;
  }

  it('before content is told with 504, 10 s before the official client would give up', async () => {
    if (transport === 'http') await overHttp();
    const { status, json } = await silent(() => post(rig, codexBody('Count to 3'), codexHeaders(randomUUID())));
    expect(status).toBe(504);
    expect(errorOf(json)).toMatchObject({ code: 'upstream_timeout' });
  });

  it('before content is told in the stream of another client, which was told meanwhile that its turn lives', async () => {
    if (transport === 'http') await overHttp();
    const { status, text, events } = await silent(() => post(rig, ask('Count to 3')));
    expect([status, text.startsWith(': keepalive')]).toEqual([200, true]);
    expect(events).toMatchObject([{ type: 'error', code: 'upstream_timeout' }]);
  });

  it('after content ends as an error and never as a silent stop', async () => {
    if (transport === 'http') await overHttp();
    rig.simulator.faults.next('turn', { kind: 'stall', afterDeltas: 3 });
    const answer = post(rig, ask('Count to 9'));
    await expect.poll(() => rig.app.snapshot().requests[0]?.firstTokenMs ?? null).not.toBeNull();
    clock.skip(290_000);
    const { events } = await answer;
    expect(textOf(events)).toBe('1 2 3');
    expect(events.at(-1)).toMatchObject({ type: 'error', code: 'upstream_timeout' });
    await rig.simulator.log.waitFor('turn', ({ phase }) => phase === 'aborted');
  });
});

describe('handshake events', () => {
  it('are held back for 10 s, then given to the client while content is still awaited', async () => {
    rig.simulator.faults.next('turn', { kind: 'stall', afterEvents: 3 });
    const client = await WsTurns.open(rig, codexHeaders(randomUUID()));
    client.send({ type: 'response.create', ...codexBody('hello') });
    await expect.poll(() => clock.waitingMs).toContain(10_000);
    expect(client.events).toEqual([]);
    clock.skip(10_000);
    await expect
      .poll(() => typesOf(client.events))
      .toEqual(['codex.rate_limits', 'response.created', 'response.in_progress']);
    client.socket.terminate();
    await client.closed;
  });

  it('of an attempt that was given up are never let go by its timer', async () => {
    rig.simulator.faults.next('turn', { kind: 'error', status: 500, afterEvents: 3 });
    rig.simulator.faults.next('upgrade', { kind: 'slow', delayMs: 0 });
    rig.simulator.faults.next('upgrade', { kind: 'stall' });
    const client = await WsTurns.open(rig, codexHeaders(randomUUID()));
    const turn = client.turn(codexBody('Count to 3'));
    await rig.simulator.log.waitForCount('upgrade', 2);
    clock.skip(4_999);
    expect(clock.waitingMs).not.toContain(10_000);
    clock.skip(1);
    const events = await turn;
    expect(typesOf(events).filter((type) => type === 'response.created')).toHaveLength(1);
    expect(textOf(events)).toBe('1 2 3');
    await client.close();
  });
});
