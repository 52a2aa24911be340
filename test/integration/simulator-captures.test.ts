/** Everything recorded from the official client is accepted by the simulator, frame by frame. */
import { readFileSync } from 'node:fs';
import { zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { SimulatedAccount } from '../../src-main/simulator/accounts/accounts.ts';
import { type Simulator, startSimulator } from '../../src-main/simulator/simulator.ts';
import { type Body, send, WsClient } from './simulator-client.ts';

interface Recorded {
  readonly kind: string;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: Body | null;
}

let sim: Simulator;
let account: SimulatedAccount;

beforeEach(async () => {
  sim = await startSimulator();
  account = sim.addAccount();
});

afterEach(async () => {
  await sim.stop();
});

const recorded = (name: string): Recorded[] => {
  const file = new URL(`../fixtures/captures/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')).events;
};

/** Recorded headers as this simulator's account would send them; the connection's own are left to the library. */
const adapted = (headers: Recorded['headers'] = []): Record<string, string> => {
  const connection = /^(host|connection|upgrade|sec-websocket-.*|content-length|content-encoding)$/i;
  const kept = headers.filter(([name]) => !connection.test(name));
  return {
    ...Object.fromEntries(kept),
    authorization: `Bearer ${account.accessToken}`,
    'chatgpt-account-id': account.id,
  };
};

const open = async (headers: Recorded['headers']): Promise<WsClient> => {
  const ws = new WebSocket(`${sim.upstreamUrl.replace('http', 'ws')}/responses`, { headers: adapted(headers) });
  const client = new WsClient(ws);
  await new Promise((resolve, reject) => {
    ws.once('open', resolve);
    ws.once('error', reject);
  });
  return client;
};

it.each([
  'default-official',
  'tier-fast',
  'bearer-ws',
  'old118-official-fast',
  'appserver-official',
  'v171-ws',
  'v171-ws-fast',
])('the frames of %s are accepted in their order', async (name) => {
  let client: WsClient | undefined;
  let previous: unknown;
  let turns = 0;
  for (const { kind, headers, body } of recorded(name)) {
    if (kind === 'ws_upgrade') client = await open(headers);
    if (kind !== 'ws_frame' || !client || !body) continue;
    const frame = body.previous_response_id === undefined ? body : { ...body, previous_response_id: previous };
    const last = (await client.turn(frame)).at(-1);
    expect(last).toMatchObject({ type: 'response.completed' });
    previous = last.response.id;
    turns += 1;
  }
  expect(turns).toBeGreaterThanOrEqual(2);
  expect(sim.log.refusals).toEqual([]);
  expect(sim.log.upgrades[0]?.accountId).toBe(account.id);
});

it.each(['bearer-http', 'o-ws426', 'v118-http', 'v171-http', 'v171-http-fast'])(
  'the posts of %s are accepted',
  async (name) => {
    for (const { kind, method, path, headers, body } of recorded(name)) {
      if (kind !== 'http' || method !== 'POST' || !path?.endsWith('/responses')) continue;
      // As with a ChatGPT sign-in, which the recordings with a key have not.
      const encoded = { ...adapted(headers), 'content-encoding': 'zstd' };
      const bytes = zstdCompressSync(Buffer.from(JSON.stringify(body)));
      const answer = await send(`${sim.upstreamUrl}/responses`, 'POST', encoded, bytes);
      expect(answer.status).toBe(200);
      expect(answer.text).toContain('response.completed');
    }
    expect(sim.log.of('turn').filter((turn) => turn.phase === 'completed')).not.toEqual([]);
  },
);

it.each(['default-official', 'o-ws426', 'appserver-official', 'v171-http'])(
  'the side calls of %s are answered',
  async (name) => {
    const calls = recorded(name).filter(({ kind, path }) => kind === 'http' && path?.startsWith('/backend-api/'));
    for (const { method = 'GET', path, headers, body } of calls) {
      if (path?.endsWith('/responses')) continue;
      const text = body ? JSON.stringify(body) : undefined;
      const answer = await send(`${sim.issuerUrl}${path}`, method, adapted(headers), text);
      expect([path, answer.status]).toEqual([path, answer.status < 300 ? answer.status : 200]);
    }
    expect(calls.length).toBeGreaterThan(0);
  },
);
