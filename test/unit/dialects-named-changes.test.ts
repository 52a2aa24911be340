import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src-main/core/json.ts';
import type { Change } from '../../src-main/shared/model.ts';
import { chatFrom, messagesFrom } from '../support/read-texts.ts';
import { context } from './messages-read.ts';

/** A trace shows what the client sent beside what went up: whatever differs there is named. */

const schema = { type: 'object', properties: {} };
const said = [{ role: 'user', content: 'hi' }];

const chat: JsonObject = {
  ...{ model: 'gpt-5.5', messages: said, stream: true, stream_options: { include_usage: true }, n: 1 },
  ...{ modalities: ['text'], temperature: 1, metadata: { a: 'b' }, prompt_cache_key: 'k', service_tier: 'priority' },
  ...{ reasoning_effort: 'low', verbosity: 'low', response_format: { type: 'json_object' }, stop: ['x'], seed: 3 },
  ...{ max_completion_tokens: 9, parallel_tool_calls: false, web_search_options: {} },
  tools: [{ type: 'function', function: { name: 'look', parameters: schema } }],
  tool_choice: { type: 'function', function: { name: 'look' } },
};
const legacy: JsonObject = {
  ...{ model: 'gpt-5.5', messages: said, functions: [{ name: 'look', parameters: schema }], function_call: 'auto' },
};
const messages: JsonObject = {
  ...{ model: 'gpt-5.5', messages: said, max_tokens: 9, system: 'Be brief.', stop_sequences: ['x'], top_k: 4 },
  ...{ thinking: { type: 'adaptive' }, output_config: { effort: 'low' }, speed: 'fast' },
  output_format: { type: 'json_schema', schema },
  tools: [{ name: 'look', input_schema: schema }],
  tool_choice: { type: 'any', disable_parallel_tool_use: true },
};

const chatChanges = (body: JsonObject) => chatFrom(Buffer.from(JSON.stringify(body)));
const messagesChanges = (body: JsonObject) => messagesFrom(Buffer.from(JSON.stringify(body)), context());

const isNamed = (path: string, changes: readonly Change[]) =>
  changes.some((change) => change.path.startsWith(`body.${path}`));

/** Members of a client's body that upstream is not given as they are, and that no change speaks of. */
function unnamed(client: JsonObject, sent: JsonObject, changes: readonly Change[]): readonly string[] {
  return Object.entries(client).flatMap(([name, value]) =>
    JSON.stringify(sent[name]) === JSON.stringify(value) || isNamed(name, changes) ? [] : [name],
  );
}

describe.each([
  ['Chat Completions', chat, chatChanges],
  ['Chat Completions, as they were before tools', legacy, chatChanges],
  ['Chat Completions with a choice of functions that are not there', { ...legacy, functions: undefined }, chatChanges],
  ['Messages', messages, messagesChanges],
  ['Messages with a web search', { ...messages, tools: [{ type: 'web_search_20250305', name: 's' }] }, messagesChanges],
])('%s', (_dialect, client, read) => {
  it('name each member that does not go up as it came', () => {
    const { body, changes } = read(client);
    expect(unnamed(client, body, changes)).toEqual([]);
  });
});

it('the changes of Messages name the effort that counts, and the one that does not', () => {
  const actionOf = (more: JsonObject) =>
    messagesChanges({ ...messages, ...more }).changes.find(({ path }) => path === 'body.output_config.effort')?.action;
  const ofTurn: Json = [...said, { role: 'system', output_config: { effort: 'high' } }];
  expect(actionOf({})).toBe('set');
  expect(actionOf({ messages: ofTurn })).toBe('dropped');
  expect(actionOf({ thinking: { type: 'disabled' } })).toBe('dropped');
});

it('tell nothing of a choice of tools that goes up as it came', () => {
  const { body, changes } = chatChanges({ ...chat, tool_choice: 'auto' });
  expect([body.tool_choice, isNamed('tool_choice', changes)]).toEqual(['auto', false]);
});
