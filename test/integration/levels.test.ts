import { afterEach, beforeEach, expect, it } from 'vitest';
import { isJsonObject, type JsonObject } from '../../src-main/core/json.ts';
import { chatPath } from '../support/chat-client.ts';
import { messagesPath } from '../support/messages-client.ts';
import { type Rig, startRig } from '../support/slipstream.ts';

/** Efforts that a model does not have, in every dialect, over real sockets: upstream refuses them. */

let rig: Rig;

beforeEach(async () => {
  rig = await startRig();
});

afterEach(() => rig.stop());

const messages = [{ role: 'user', content: 'Count to 2' }];
const asks: [string, (effort: string) => JsonObject][] = [
  [chatPath, (effort) => ({ messages, reasoning_effort: effort })],
  ['/v1/responses', (effort) => ({ input: 'Count to 2', reasoning: { effort, summary: 'auto' } })],
  [messagesPath, (effort) => ({ messages, max_tokens: 99, output_config: { effort } })],
];

it.each(asks)('%s takes the nearest effort, and the trace names it', async (path, body) => {
  for (const [wanted, sent] of [
    ['none', 'low'],
    ['minimal', 'low'],
    ['medium', 'medium'],
    ['max', 'xhigh'],
  ] as const) {
    const answer = await rig.post(path, { model: 'gpt-5.5', ...body(wanted) });
    expect([wanted, answer.status]).toEqual([wanted, 200]);
    const { body: frame } = rig.simulator.log.frames.at(-1) ?? {};
    expect(isJsonObject(frame) ? frame.reasoning : null).toMatchObject({ effort: sent });
    const paths = (await rig.lastTrace()).changes.map((change) => change.path);
    expect(paths.includes('body.reasoning.effort')).toBe(wanted !== sent);
  }
});

it("leaves a Codex client's effort to upstream", async () => {
  const headers = { originator: 'codex_cli_rs', 'user-agent': 'codex_cli_rs/0.169.0 (Debian 12; x86_64) xterm' };
  const body = {
    model: 'gpt-5.5',
    input: [],
    instructions: '',
    stream: true,
    store: false,
    reasoning: { effort: 'max' },
  };
  expect((await rig.post('/v1/responses', body, headers)).status).toBe(400);
});
