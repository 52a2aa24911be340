/** Faults of a turn that runs, as a client sees them on the wire. */
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SimulatedAccount } from '../../src-main/simulator/accounts/accounts.ts';
import type { StreamFault } from '../../src-main/simulator/faults/fault-table.ts';
import { type Simulator, startSimulator } from '../../src-main/simulator/simulator.ts';
import { bodyOf, eventsOf, frameOf, post, textOf, typesOf, upgradeHeaders, WsClient } from './simulator-client.ts';

let sim: Simulator;
let account: SimulatedAccount;

beforeEach(async () => {
  sim = await startSimulator();
  account = sim.addAccount();
});

afterEach(async () => {
  await sim.stop();
});

describe('a running turn on a websocket', () => {
  /** The types seen until the end, and how the socket closed if it did. */
  const play = async (fault: StreamFault, text = 'Count to 6') => {
    const client = await WsClient.open(sim, account);
    sim.faults.next('turn', fault);
    client.send(frameOf(text));
    const end = await Promise.race([client.closed, client.terminal()]);
    return { client, types: typesOf(client.parsed()), closed: end ?? undefined };
  };

  it.each([
    [
      { kind: 'error', status: 401 },
      { status: 401, error: { code: 'token_invalidated' } },
    ],
    [
      { kind: 'error', status: 500 },
      { status: 500, error: { code: 'server_error' } },
    ],
    [
      { kind: 'error', status: 503 },
      { status: 503, error: { code: 'server_is_overloaded' } },
    ],
    [
      { kind: 'error', code: 'websocket_connection_limit_reached' },
      { status: 400, error: { code: 'websocket_connection_limit_reached' } },
    ],
    [
      { kind: 'error', code: 'previous_response_not_found' },
      { status: 400, error: { code: 'previous_response_not_found', param: 'previous_response_id' } },
    ],
    [
      { kind: 'error', code: 'usage_limit_reached', resetsAt: 4_000_000_000 },
      { status: 429, error: { type: 'usage_limit_reached', resets_at: 4_000_000_000 } },
    ],
  ] as const)('ends with the error event %j', async (fault, event) => {
    const early = await play(fault);
    expect(early.client.parsed()).toEqual([
      expect.objectContaining({ type: 'error', ...event, error: expect.objectContaining(event.error) }),
    ]);
    const late = await play({ ...fault, afterDeltas: 2 });
    expect(late.types.filter((type) => type.endsWith('output_text.delta'))).toHaveLength(2);
    expect(late.types.at(-1)).toBe('error');
    expect(late.client.ws.readyState).toBe(late.client.ws.OPEN);
  });

  it('gives the usage headers with a usage limit', async () => {
    const { client } = await play({ kind: 'error', code: 'usage_limit_reached' });
    expect(client.parsed()[0].headers['x-codex-primary-window-minutes']).toBe('300');
  });

  it('fails or stays incomplete, after any number of events', async () => {
    const failed = await play({ kind: 'failed', code: 'rate_limit_exceeded', afterEvents: 3 });
    expect(failed.types).toEqual(['codex.rate_limits', 'response.created', 'response.in_progress', 'response.failed']);
    const event = failed.client.parsed().at(-1);
    expect(event).toMatchObject({
      sequence_number: 2,
      response: { status: 'failed', error: { code: 'rate_limit_exceeded' } },
    });
    const cut = await play({ kind: 'incomplete', afterDeltas: 4 });
    expect(cut.client.parsed().at(-1).response.incomplete_details).toEqual({ reason: 'max_output_tokens' });
  });

  it.each([1000, 1009, 1011, 1012])('closes with %i before, in the middle and after', async (code) => {
    expect((await play({ kind: 'close', code })).types).toEqual([]);
    const middle = await play({ kind: 'close', code, afterDeltas: 3 });
    expect(middle.types.at(-1)).toBe('response.output_text.delta');
    expect((await middle.client.closed).code).toBe(code);
    const idle = await play({ kind: 'close', code, afterCompletion: true });
    expect(idle.types.at(-1)).toBe('response.completed');
    expect((await idle.client.closed).code).toBe(code);
  });

  it('breaks off without a close frame, by FIN after all it sent, or by RST', async () => {
    const cut = await play({ kind: 'cut', afterDeltas: 3 });
    expect(cut.closed?.code ?? (await cut.client.closed).code).toBe(1006);
    expect(cut.types.filter((type) => type.endsWith('.delta'))).toHaveLength(3);
    expect((await play({ kind: 'reset' })).closed?.code).toBe(1006);
    const idle = await play({ kind: 'cut', afterCompletion: true });
    expect((await idle.client.closed).code).toBe(1006);
    expect(sim.log.turns.map((turn) => turn.phase).filter((phase) => phase !== 'started')).toEqual([
      'failed',
      'failed',
      'completed',
    ]);
  });

  it('stalls in the middle until the client gives up', async () => {
    const client = await WsClient.open(sim, account);
    sim.faults.next('turn', { kind: 'stall', afterDeltas: 2 });
    client.send(frameOf('Count to 6'));
    await sim.log.waitFor('fault');
    const ponged = new Promise((resolve) => client.ws.once('pong', resolve));
    client.ws.ping();
    await ponged;
    expect(typesOf(client.parsed()).filter((type) => type.endsWith('.delta'))).toHaveLength(2);
    client.ws.terminate();
    await sim.log.waitFor('turn', (turn) => turn.phase === 'aborted');
  });

  it('carries a binary message or broken JSON among the good ones', async () => {
    const binary = await play({ kind: 'binary', afterDeltas: 1 });
    expect(binary.client.binaries).toHaveLength(1);
    const client = await WsClient.open(sim, account);
    sim.faults.next('turn', { kind: 'malformed', afterDeltas: 1 });
    client.send(frameOf('Count to 3'));
    await client.terminal();
    const bad = client.texts.filter((text) => !text.endsWith('}'));
    expect(bad).toEqual(['{"type":"response.output_text.delta","del']);
  });

  it('interleaves keepalives, ends with response.done, or leaves the output empty', async () => {
    const alive = await play({ kind: 'keepalive' });
    expect(alive.types.filter((type) => type === 'keepalive').length).toBe(alive.types.length / 2);
    const done = await play({ kind: 'done' });
    expect(done.types.at(-1)).toBe('response.done');
    const delta = frameOf('go on', { previous_response_id: done.client.parsed().at(-1).response.id });
    expect((await done.client.turn(delta)).at(-1).type).toBe('response.completed');
    const empty = await play({ kind: 'emptyOutput' });
    expect(empty.client.parsed().at(-1).response).toMatchObject({ status: 'completed', output: [] });
  });

  it('leaves prewarms alone unless it is told to', async () => {
    const client = await WsClient.open(sim, account);
    sim.faults.next('turn', { kind: 'error' });
    expect((await client.turn(frameOf('x', { generate: false }))).at(-1).type).toBe('response.completed');
    expect((await client.turn(frameOf('x'))).at(-1).type).toBe('error');
    sim.faults.next('turn', { kind: 'error' }, { prewarms: true });
    expect((await client.turn(frameOf('x', { generate: false }))).at(-1).type).toBe('error');
  });
});

describe('the pieces on the wire', () => {
  /** Opens a websocket by hand and gives the sizes of what the kernel delivered after a turn's frame. */
  const piecesOf = async (framing: StreamFault | undefined): Promise<Buffer[]> => {
    if (framing) sim.faults.next('turn', framing);
    const { hostname, port } = new URL(sim.upstreamUrl);
    const socket = connect(Number(port), hostname).setNoDelay(true);
    const headers = { host: hostname, connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' };
    const all = { ...headers, 'sec-websocket-key': 'Gu8B61JZgQWbDaZwDhcCew==', ...upgradeHeaders(account) };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
    socket.write(`GET /backend-api/codex/responses HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    await new Promise((resolve) => socket.once('data', resolve));
    const payload = Buffer.from(JSON.stringify(frameOf('Count to 3')));
    const head = Buffer.from([0x81, 0xfe, payload.length >> 8, payload.length & 255, 0, 0, 0, 0]);
    const pieces: Buffer[] = [];
    const ended = new Promise<void>((resolve) => {
      socket.on('data', (piece) => {
        pieces.push(piece);
        if (Buffer.concat(pieces).includes('"total_tokens"') && Buffer.concat(pieces).includes('sequence_number":12}'))
          resolve();
      });
    });
    socket.write(Buffer.concat([head, payload]));
    await ended;
    socket.destroy();
    return pieces;
  };

  it('come split in the middle of frames, or all at once, and mean the same', async () => {
    const split = await piecesOf({ kind: 'split', chunkBytes: 7 });
    expect(split.length).toBeGreaterThan(50);
    const whole = await piecesOf({ kind: 'coalesce' });
    expect(whole).toHaveLength(1);
    const client = await WsClient.open(sim, account);
    sim.faults.next('turn', { kind: 'split', chunkBytes: 3 });
    expect(textOf(await client.turn(frameOf('Count to 5')))).toBe('1 2 3 4 5');
  });
});

describe('a running turn over HTTP', () => {
  const play = async (fault: StreamFault) => {
    sim.faults.next('turn', fault);
    return post(sim, account, bodyOf('Count to 6'));
  };

  it('ends with an error event, a failure, response.done, or nothing', async () => {
    expect(eventsOf(await play({ kind: 'error', status: 503, afterEvents: 2 })).at(-1).error.code).toBe(
      'server_is_overloaded',
    );
    expect(eventsOf(await play({ kind: 'failed' }))).toHaveLength(1);
    expect(eventsOf(await play({ kind: 'incomplete', afterDeltas: 1 })).at(-1).type).toBe('response.incomplete');
    expect(eventsOf(await play({ kind: 'done' })).at(-1).type).toBe('response.done');
    const silent = await play({ kind: 'noTerminal' });
    expect([silent.aborted, eventsOf(silent).at(-1).type]).toEqual([false, 'response.output_item.done']);
  });

  it('ends early but properly, or breaks off', async () => {
    const closed = await play({ kind: 'close', code: 1000, afterDeltas: 2 });
    expect([closed.aborted, textOf(eventsOf(closed))]).toEqual([false, '1 2']);
    const cut = await play({ kind: 'cut', afterDeltas: 2 });
    expect([cut.aborted, textOf(eventsOf(cut))]).toEqual([true, '1 2']);
  });

  it('comes split in the middle of lines', async () => {
    const answer = await play({ kind: 'split', chunkBytes: 11 });
    expect(answer.chunks.length).toBeGreaterThan(50);
    expect(textOf(eventsOf(answer))).toBe('1 2 3 4 5 6');
    expect((await play({ kind: 'coalesce' })).chunks).toHaveLength(1);
  });
});

describe('a socket that is pinged while a message is in pieces', () => {
  it('answers between messages, never into one', async () => {
    const client = await WsClient.open(sim, account);
    sim.faults.next('turn', { kind: 'split', chunkBytes: 9 });
    const turn = client.turn(frameOf('Count to 50'));
    let pongs = 0;
    client.ws.on('pong', () => {
      pongs += 1;
    });
    for (let count = 0; count < 20; count += 1) {
      client.ws.ping();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(textOf(await turn).split(' ')).toHaveLength(50);
    await expect.poll(() => pongs).toBe(20);
  });
});

describe('a long run of random faults', () => {
  it('never confuses the simulator itself, and every healthy turn is whole', async () => {
    sim.faults.random({ seed: 3, probability: 0.4 });
    let healthy = 0;
    let client: WsClient | undefined;
    for (let count = 0; count < 300; count += 1) {
      client ??= await WsClient.open(sim, account).catch(() => undefined);
      if (!client) continue;
      const { length } = client.texts;
      client.send(frameOf('Count to 5'));
      await Promise.race([client.terminal(), client.closed]);
      const events = client.parsed().slice(length);
      const last = events.at(-1)?.type;
      if (last === 'response.completed' || last === 'response.done') {
        healthy += 1;
        expect(textOf(events)).toBe('1 2 3 4 5');
      } else {
        client.ws.terminate();
        client = undefined;
      }
    }
    expect(healthy).toBeGreaterThan(50);
    expect(new Set(sim.log.of('fault').map((fault) => fault.fault)).size).toBeGreaterThan(8);
    expect(sim.log.refusals.filter((refusal) => refusal.code === 'simulator_bug')).toEqual([]);
  });
});
