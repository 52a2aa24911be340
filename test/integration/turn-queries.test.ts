import { afterEach, beforeEach, expect, it } from 'vitest';
import { postHead, sayRaw } from '../support/raw-connection.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { ask, codexBody, codexHeaders, post, WsTurns } from '../support/turn-client.ts';

/** What stands behind the question mark of a turn: a Codex client's goes up as it came, nobody else's does. */

const threadId = '01a2091c-35f3-7960-8b0b-166583eb2b00';
const codex = codexHeaders(threadId);
const query = '?api-version=7&b&c=%20%3F';

let rig: Rig;

beforeEach(async () => {
  rig = await startRig();
});

afterEach(() => rig.stop());

const upgrades = () => rig.simulator.log.upgrades.map(({ path }) => path.replace('/backend-api/codex', ''));
const posts = () => {
  const asked = rig.simulator.log.entries.flatMap((entry) => (entry.kind === 'http' ? [entry.path] : []));
  return asked.filter((path) => path.includes('/responses')).map((path) => path.replace('/backend-api/codex', ''));
};

async function useHttp(): Promise<void> {
  const [account] = rig.app.snapshot().accounts;
  await rig.app.handlers['accounts.setWebsockets']({ id: account?.id ?? '', websockets: false });
}

it('of a Codex client on a websocket goes up with the upgrade, also with one that is opened while its own waits', async () => {
  const hint = { 'x-codex-routing-hint': 'model=gpt-5.5' };
  const client = new WsTurns(rig, { ...codex, ...hint }, `/v1/responses${query}`);
  const events = await new Promise((resolve) =>
    client.socket.once('open', () => resolve(client.turn(codexBody('Hi')))),
  );
  expect(events).toContainEqual(expect.objectContaining({ type: 'response.completed' }));
  expect(upgrades()).toEqual([`/responses${query}`]);
  await client.close();
});

it('of a Codex client over HTTP goes up with each turn, on a socket of its own kind', async () => {
  for (const asked of [query, query, '', '?', '?x=1']) {
    const { status } = await post(rig, codexBody('Hi'), codex, `/v1/responses${asked}`);
    expect(status).toBe(200);
  }
  expect(upgrades()).toEqual([`/responses${query}`, '/responses', '/responses?x=1']);
  await useHttp();
  await post(rig, codexBody('Hi'), codex, `/v1/responses${query}`);
  expect(posts()).toEqual([`/responses${query}`]);
});

it('of a compaction goes up with it', async () => {
  await post(rig, { model: 'gpt-5.5', input: [] }, codex, `/v1/responses/compact${query}`);
  expect(posts()).toEqual([`/responses/compact${query}`]);
});

it('holds no key, wherever the client has it from, and nothing that a URL may not say', async () => {
  await post(rig, codexBody('Hi'), codex, `/k/${rig.apiKey}/v1/responses?a&key=${rig.apiKey}`);
  expect(upgrades()).toEqual(['/responses?a']);
  const body = JSON.stringify(codexBody('Hi'));
  const own = Object.entries(codex).map(([name, value]) => `${name}: ${value}`);
  const head = postHead(rig, `content-length: ${body.length}`, 'connection: close', ...own);
  await sayRaw(rig, head.replace('/v1/responses', '/v1/responses?a#b'), body);
  expect(upgrades().slice(1)).toEqual(['/responses']);
});

it('of another client stays here', async () => {
  await post(rig, ask('Hi'), {}, `/v1/responses${query}`);
  const chat = { model: 'gpt-5.5', messages: [{ role: 'user', content: 'Hi' }] };
  await post(rig, chat, codex, `/v1/chat/completions${query}`);
  expect(upgrades()).toEqual(['/responses', '/responses']);
});
