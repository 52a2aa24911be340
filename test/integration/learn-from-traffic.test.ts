import { afterEach, beforeEach, expect, it } from 'vitest';
import { tell } from '../../src-main/shared/words/told.ts';
import { answerEvents, type ScriptedUpstream, startScriptedUpstream } from '../support/scripted-upstream.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { codexBody, codexFrame, codexHeaders, openSocket } from './proxy-client.ts';

/** What Codex clients that pass teach: names by version, and news of what their profile does not know. */

let rig: Rig;
let upstream: ScriptedUpstream;

beforeEach(async () => {
  const events = [
    ...answerEvents('resp_1').slice(0, -1),
    { type: 'response.brand_new' },
    ...answerEvents('resp_1').slice(-1),
  ];
  upstream = await startScriptedUpstream({
    frame: (websocket) => {
      for (const event of events) websocket.send(JSON.stringify(event));
    },
    post: (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const event of events) response.write(`data: ${JSON.stringify(event)}\n\n`);
      response.end();
    },
  });
  rig = await startRig({ upstreamUrl: upstream.url });
});
afterEach(async () => {
  await rig.stop();
  await upstream.stop();
});

const codex = (version: string) => ({
  ...codexHeaders,
  'user-agent': `codex_exec/${version} (Debian 12.0.0; x86_64) xterm (codex_exec; ${version})`,
});
const say = async (version: string, headers: Record<string, string> = {}, more: Parameters<typeof codexBody>[1] = {}) =>
  (await rig.post('/v1/responses', codexBody('Hello', more), { ...codex(version), ...headers })).text();
const profiles = () => rig.app.snapshot().profiles;

it('tells once a version what its clients send and get that their profile lacks, on both transports', async () => {
  await say('0.172.0', { 'x-codex-new': 'one' }, { brand_new: 1, client_metadata: { new_member: 'x' } });
  await say('0.172.0', { 'x-codex-new': 'two' });
  const socket = await openSocket(rig, { headers: { ...codex('0.172.0'), 'x-on-upgrade': '1' } });
  await socket.turn(codexFrame('Hello'));
  socket.send({ type: 'response.unheard_of' });
  await socket.turn(codexFrame('Again'));
  await socket.close();
  expect(profiles().news.map(({ text }) => text)).toEqual([
    'Codex 0.172 sends 2 headers, 1 body member, 1 metadata field, 1 frame type that profile 0.171 lacks: ' +
      'x-codex-new, x-on-upgrade, brand_new, new_member, response.unheard_of; it is sent 1 event type not known here: response.brand_new',
  ]);
  const { rows } = await rig.app.handlers['profiles.compare']({ version: '0.172.0', source: 'traffic' });
  expect(rows.find(({ name }) => name === 'x-codex-new')).toMatchObject({
    learned: { ws: 'never', http: 'always' },
    value: 'varies',
    difference: 'new',
    note: tell('codex.note.traffic'),
  });
});

it('compares a turn with the shape of its very version', async () => {
  await say('0.172.0', { 'x-codex-new': 'one' });
  const { profile, parity } = await rig.lastTrace();
  expect([profile, parity?.headers.extra]).toEqual(['0.172.0 seen', []]);
});

it('has no news of clients that send what is known, of other clients, and of versions nobody believes', async () => {
  await say('0.171.0');
  await say('0.169.0', { 'x-openai-subagent': 'review', traceparent: '00-1-2-03', cookie: 'a=b' });
  await say('0.99999.0', { 'x-codex-new': 'one' });
  await rig.post('/v1/responses', { model: 'gpt-5.5', input: 'Hi', brand_new: 1 }, { 'x-codex-new': 'one' });
  expect(profiles().news.map(({ version }) => version)).not.toContain('0.99999.0');
  expect(profiles().learned.map(({ version, source }) => `${version} ${source}`)).toEqual([
    '0.171.0 traffic',
    '0.169.0 traffic',
  ]);
  expect(profiles().news.map(({ text }) => text)).toEqual(
    ['0.171', '0.169'].map((version) => `Codex ${version} is sent 1 event type not known here: response.brand_new`),
  );
});

it('puts news away for good, until there is more of it', async () => {
  await say('0.172.0', { 'x-codex-new': 'one' });
  rig.app.handlers['profiles.dismiss']({ version: '0.172.0' });
  await say('0.172.0', { 'x-codex-new': 'one' });
  expect(profiles().news).toEqual([]);
  await say('0.172.0', { 'x-codex-newer': 'one' });
  expect(profiles().news).toHaveLength(1);
});
