import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src-main/core/json.ts';
import { accountsOf, startedOn } from '../support/rig-accounts.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import {
  ask,
  codexBody,
  codexHeaders,
  errorOf,
  post,
  responseIdOf,
  textOf,
  typesOf,
  user,
  WsTurns,
} from '../support/turn-client.ts';

let rig: Rig;

async function start(accounts = 1): Promise<void> {
  rig = await startRig({ accounts, settings: { strategy: 'fill-first' } });
}

afterEach(() => rig.stop());

const mib = 1024 * 1024;

/** An image so large that the frame would reach upstream's limit of 16 MiB. */
function bigInput(text: string): JsonObject[] {
  const image = { type: 'input_image', image_url: `data:image/png;base64,${'A'.repeat(16 * mib)}` };
  return [{ type: 'message', role: 'user', content: [image] }, user(text)];
}

function transports(): string[] {
  return rig.simulator.log.turns.filter(({ phase }) => phase === 'started').map(({ transport }) => transport);
}

describe('a frame that would reach 16 MiB', () => {
  it('of an HTTP client goes by HTTP, whole, without a websocket being tried', async () => {
    await start();
    const answer = await post(rig, ask('', { input: bigInput('Reply with exactly: got it') }));
    expect(textOf(answer.events)).toBe('got it');
    expect(transports()).toEqual(['http']);
    expect(rig.simulator.log.upgrades).toHaveLength(0);
    const request = rig.simulator.log.requests.find(({ path }) => path.endsWith('/responses'));
    expect(request?.decodedBody.length).toBeGreaterThan(16 * mib);
  });

  it('one byte below the limit goes by websocket', async () => {
    await start();
    const text = 'Reply with exactly: just fits';
    const emptyBytes = await frameBytes(codexBody('', { input: [user(''), user(text)] }));
    const filler = 'a'.repeat(16 * mib - 1 - emptyBytes);
    const answer = await post(rig, codexBody('', { input: [user(filler), user(text)] }), codexHeaders(thread));
    expect(textOf(answer.events)).toBe('just fits');
    expect(rig.simulator.log.frames.at(-1)?.raw.length).toBe(16 * mib - 1);
    const over = await post(rig, codexBody('', { input: [user(`${filler}a`), user(text)] }), codexHeaders(thread));
    expect(textOf(over.events)).toBe('just fits');
    expect(transports()).toEqual(['ws', 'ws', 'http']);
  });

  const thread = randomUUID();

  /** How large a body is as the frame it becomes. */
  async function frameBytes(body: JsonObject): Promise<number> {
    await post(rig, body, codexHeaders(thread));
    return rig.simulator.log.frames.at(-1)?.raw.length ?? 0;
  }

  it('of a websocket client goes by HTTP, and its next delta is told to resend', async () => {
    await start();
    const client = await WsTurns.open(rig, codexHeaders(randomUUID()));
    const one = await client.turn(codexBody('', { input: bigInput('Reply with exactly: got it') }));
    expect(textOf(one)).toBe('got it');
    expect(transports()).toEqual(['http']);
    const delta = { ...codexBody(''), previous_response_id: responseIdOf(one), input: [user('more')] };
    expect(errorOf((await client.turn(delta))[0])).toMatchObject({ code: 'previous_response_not_found' });
    expect(textOf(await client.turn(codexBody('Reply with exactly: and again')))).toBe('and again');
    await client.close();
  });
});

describe('case 20: upstream closes with 1009', () => {
  it('case 20: over an HTTP client’s frame: the turn goes by HTTP, and no other account is tried', async () => {
    await start(2);
    rig.simulator.faults.next('turn', { kind: 'close', code: 1009 });
    const answer = await post(rig, ask('Reply with exactly: by post'));
    expect(textOf(answer.events)).toBe('by post');
    expect(new Set(startedOn(rig)).size).toBe(1);
    expect(transports()).toEqual(['ws', 'http']);
  });

  it('case 20: and HTTP refuses it too: 413, no other account', async () => {
    await start(2);
    rig.simulator.faults.next('turn', { kind: 'close', code: 1009 });
    rig.simulator.faults.next('request', { kind: 'status', status: 413, code: 'message_too_big' });
    const answer = await post(rig, ask('hello'));
    expect(answer.status).toBe(413);
    expect(errorOf(answer.json)).toMatchObject({ code: 'message_too_big' });
    expect(new Set(startedOn(rig)).size).toBe(1);
  });

  it('case 20: does not hold against the account: its next turn has a websocket again', async () => {
    await start();
    rig.simulator.faults.next('turn', { kind: 'close', code: 1009 });
    await post(rig, ask('one'));
    await post(rig, ask('two'));
    expect(transports()).toEqual(['ws', 'http', 'ws']);
  });

  it('case 20, case 29: over a websocket client’s delta is mirrored, without a reason that could be too long', async () => {
    await start();
    const client = await WsTurns.open(rig, codexHeaders(randomUUID()));
    const one = await client.turn(codexBody('hello'));
    rig.simulator.faults.next('turn', { kind: 'close', code: 1009, reason: '🙂'.repeat(30) });
    await client.turn({ ...codexBody(''), previous_response_id: responseIdOf(one), input: [user('more')] });
    expect(await client.closed).toEqual({ code: 1009, reason: '' });
  });

  it('case 20: an earlier connection’s 1009 does not taint a new one', async () => {
    await start();
    const client = await WsTurns.open(rig, codexHeaders(randomUUID()));
    rig.simulator.faults.next('turn', { kind: 'close', code: 1009 });
    expect(textOf(await client.turn(codexBody('Reply with exactly: one')))).toBe('one');
    rig.simulator.faults.next('turn', { kind: 'close', code: 1011 });
    expect(textOf(await client.turn(codexBody('Reply with exactly: two')))).toBe('two');
    expect(transports()).toEqual(['ws', 'http', 'ws', 'ws']);
    await client.close();
  });
});

describe('a large answer', () => {
  it('passes whole, event by event, in order', async () => {
    await start();
    const answer = await post(rig, ask('Count to 20000'));
    const numbers = textOf(answer.events).split(' ').map(Number);
    expect(numbers).toHaveLength(20_000);
    expect(numbers.every((number, index) => number === index + 1)).toBe(true);
    expect(typesOf(answer.events).at(-1)).toBe('response.completed');
    expect(accountsOf(rig)).toHaveLength(1);
  });
});
