import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claudeCode } from '../../src-main/clients/claude-code.ts';
import { isJsonObject, type JsonObject, textMember } from '../../src-main/core/json.ts';
import { type ScriptedUpstream, startScriptedUpstream } from '../support/scripted-upstream.ts';
import { installed, type Stand, startClient, startStand } from './run-client.ts';

const steps = [
  'touch one.txt',
  'cp one.txt two.txt && curl -s http://127.0.0.1:9/ -o x || true',
  'mv two.txt three.txt',
];

let upstream: ScriptedUpstream;
let stand: Stand;
/** What Claude Code was answered to its question whether a step is safe. */
let verdicts: number;

/** Three calls of its shell, then a last word. A question without tools is its safety check: the text runs on after it. */
function answers(): (body: JsonObject) => JsonObject[] {
  let turns = 0;
  return ({ tools }) => {
    if (!JSON.stringify(tools ?? []).includes('"Bash"')) {
      verdicts += 1;
      return eventsOf(`v${verdicts}`, textItem('<block>no</block> It is <block>yes</block> not read any further.'));
    }
    const command = steps[turns];
    turns += 1;
    if (command === undefined) return eventsOf('end', textItem('All three are done.'));
    const args = JSON.stringify({ command, description: 'step' });
    const call = { type: 'function_call', id: `fc_${turns}`, call_id: `call_${turns}`, name: 'Bash', arguments: args };
    return eventsOf(`c${turns}`, { ...call, status: 'completed' });
  };
}

function textItem(text: string): JsonObject {
  const content = [{ type: 'output_text', text, annotations: [] }];
  return { type: 'message', id: 'msg_1', role: 'assistant', status: 'completed', content };
}

function textOf({ content }: JsonObject): string | null {
  const part = Array.isArray(content) ? content[0] : null;
  return isJsonObject(part) ? textMember(part, 'text') : null;
}

function eventsOf(id: string, item: JsonObject): JsonObject[] {
  const response = { id: `resp_${id}`, object: 'response', status: 'in_progress', model: 'gpt-6.1-sol', output: [] };
  const text = textOf(item);
  const delta = {
    type: 'response.output_text.delta',
    output_index: 0,
    content_index: 0,
    item_id: 'msg_1',
    delta: text,
  };
  const blank = item.type === 'message' ? { ...item, content: [] } : { ...item, arguments: '' };
  return [
    { type: 'response.created', response },
    { type: 'response.output_item.added', output_index: 0, item: blank },
    ...(text === null ? [] : [delta]),
    { type: 'response.output_item.done', output_index: 0, item },
    { type: 'response.completed', response: { ...response, status: 'completed', output: [item] } },
  ].map((event, index) => ({ ...event, sequence_number: index }));
}

beforeEach(async () => {
  verdicts = 0;
  const answer = answers();
  upstream = await startScriptedUpstream({
    frame: (socket, body) => {
      for (const event of answer(body)) socket.send(JSON.stringify(event));
    },
  });
  stand = await startStand({ upstreamUrl: upstream.url });
});
afterEach(async () => {
  await stand.stop();
  await upstream.stop();
});

/** Runs the task in auto mode and answers what was printed. */
async function runTask(part: string): Promise<string> {
  mkdirSync(join(stand.home, '.claude'));
  writeFileSync(join(stand.home, '.claude', 'settings.json'), claudeCode.file?.plan('', 'env', stand.target) ?? '');
  const { ended } = startClient(stand, {
    file: join(installed[part] ?? '', 'node_modules', '.bin', 'claude'),
    args: [
      ...['-p', '--permission-mode', 'auto', '--output-format', 'stream-json', '--verbose', '--'],
      'Make three files.',
    ],
    env: { CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_AUTOUPDATER: '1' },
  });
  return (await ended).all;
}

describe.each([
  ['Claude Code 2.1.197, auto mode', 'claude-code-2.1.197'],
  ['Claude Code 2.1.332, auto mode', 'claude-code'],
])('%s', (_name, part) => {
  it.skipIf(installed[part] === undefined)('ends a task of three steps, each run after its own check', async () => {
    const all = await runTask(part);
    expect(existsSync(join(stand.home, 'three.txt')), all).toBe(true);
    expect(existsSync(join(stand.home, 'two.txt'))).toBe(false);
    expect(all).toContain('All three are done.');
    expect(verdicts).toBeGreaterThan(0);
  });
});
