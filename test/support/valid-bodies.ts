import type { JsonObject } from '../../src-main/core/json.ts';
import { ask, assistant, user } from './turn-client.ts';

/** Requests of each dialect with as much in them as a client sends, and the events of an answer: what mutations start from. */

export const validThread = '0192a1b2-0000-7000-8000-000000000001';

export const validResponses: JsonObject = {
  type: 'response.create',
  ...ask(''),
  input: [
    user('call tool clock'),
    { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'clock', arguments: '{}' },
    { type: 'function_call_output', call_id: 'call_1', output: 'noon' },
    assistant('It is noon.'),
    user('Count to 3'),
  ],
  instructions: 'Be brief. Grüße, 世界',
  tools: [
    { type: 'function', name: 'clock', parameters: { type: 'object', properties: { zone: { type: 'string' } } } },
  ],
  tool_choice: 'auto',
  parallel_tool_calls: true,
  reasoning: { effort: 'low' },
  include: ['reasoning.encrypted_content'],
  prompt_cache_key: validThread,
  client_metadata: { session_id: validThread, 'x-codex-ws-stream-request-start-ms': '1' },
  service_tier: 'priority',
  store: false,
};

export const validChat: JsonObject = {
  model: 'gpt-5.5',
  stream: true,
  stream_options: { include_usage: true },
  messages: [
    { role: 'system', content: 'Be brief. Grüße, 世界' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'call tool clock' },
        { type: 'image_url', image_url: { url: 'data:,' } },
      ],
    },
    {
      role: 'assistant',
      content: null,
      tool_calls: [
        { id: 'call_1', type: 'function', function: { name: 'clock', arguments: '{}' } },
        { id: 'call_2', type: 'custom', custom: { name: 'exec', input: 'ls' } },
      ],
    },
    { role: 'tool', tool_call_id: 'call_1', content: 'noon' },
    { role: 'tool', tool_call_id: 'call_2', content: [{ type: 'text', text: 'a b' }] },
    { role: 'assistant', content: 'It is noon.', refusal: null },
    { role: 'user', content: 'Count to 3' },
  ],
  tools: [
    { type: 'function', function: { name: 'clock', parameters: { type: 'object', properties: {} } } },
    {
      type: 'custom',
      custom: { name: 'exec', format: { type: 'grammar', grammar: { syntax: 'lark', definition: 'x' } } },
    },
  ],
  tool_choice: { type: 'function', function: { name: 'clock' } },
  response_format: { type: 'json_schema', json_schema: { name: 'a', schema: { type: 'object', properties: {} } } },
  reasoning_effort: 'low',
  verbosity: 'low',
  service_tier: 'priority',
  metadata: { a: 'b' },
  n: 1,
};

export const chatEvents: readonly JsonObject[] = [
  { type: 'response.created', response: { id: 'resp_1', created_at: 1, service_tier: 'auto' } },
  {
    type: 'response.output_item.added',
    output_index: 0,
    item: { type: 'function_call', id: 'fc_1', call_id: 'c', name: 'n' },
  },
  { type: 'response.function_call_arguments.delta', item_id: 'fc_1', output_index: 0, delta: '{' },
  { type: 'response.function_call_arguments.done', item_id: 'fc_1', output_index: 0, arguments: '{}' },
  { type: 'response.output_text.delta', item_id: 'msg_1', output_index: 1, content_index: 0, delta: 'a' },
  { type: 'response.reasoning_summary_text.delta', item_id: 'rs_1', output_index: 2, summary_index: 0, delta: 'a' },
  {
    type: 'response.output_item.done',
    output_index: 1,
    item: { type: 'message', id: 'msg_1', content: [{ type: 'output_text', text: 'a' }] },
  },
  {
    type: 'response.completed',
    response: {
      id: 'resp_1',
      status: 'completed',
      output: [{ type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'a' }] }],
      usage: { input_tokens: 1, output_tokens: 1, input_tokens_details: { cached_tokens: 0 } },
    },
  },
];

export const validMessages: JsonObject = {
  model: 'gpt-5.5',
  max_tokens: 1_000,
  stream: true,
  system: [{ type: 'text', text: 'Be brief. Grüße, 世界', cache_control: { type: 'ephemeral' } }],
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'call tool clock' },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
        { type: 'document', title: 't', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBE' } },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'hm', signature: 'EqQB' },
        { type: 'tool_use', id: 'call_1', name: 'clock', input: { zone: 'UTC' } },
      ],
    },
    { role: 'system', content: 'It is late.' },
    {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'call_1', is_error: true, content: [{ type: 'text', text: 'noon' }] },
        { type: 'text', text: 'Count to 3' },
      ],
    },
  ],
  tools: [
    { name: 'clock', description: 'd', input_schema: { type: 'object', properties: { zone: { type: 'string' } } } },
    { type: 'web_search_20250305', name: 'web_search', allowed_domains: ['x.example'] },
  ],
  tool_choice: { type: 'auto', disable_parallel_tool_use: true },
  thinking: { type: 'enabled', budget_tokens: 1_024 },
  output_config: { effort: 'low', format: { type: 'json_schema', schema: { type: 'object', properties: {} } } },
  metadata: { user_id: '{"session_id":"0192a1b2-0000-4000-8000-000000000001"}' },
  speed: 'fast',
};

const call = { type: 'function_call', id: 'fc_1', call_id: 'c', name: 'n' };
export const messagesEvents: readonly JsonObject[] = [
  { type: 'response.created', response: { id: 'resp_1', model: 'gpt-5.5' } },
  { type: 'response.reasoning_summary_text.delta', item_id: 'rs_1', output_index: 0, summary_index: 0, delta: 'a' },
  {
    type: 'response.output_item.done',
    output_index: 0,
    item: { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAAA' },
  },
  { type: 'response.output_item.added', output_index: 1, item: call },
  { type: 'response.function_call_arguments.delta', item_id: 'fc_1', output_index: 1, delta: '{' },
  { type: 'response.output_text.delta', item_id: 'msg_1', output_index: 2, content_index: 0, delta: 'a' },
  {
    type: 'response.output_item.done',
    output_index: 1,
    item: { ...call, arguments: '{}' },
  },
  {
    type: 'response.completed',
    response: {
      id: 'resp_1',
      status: 'completed',
      output: [{ type: 'message', id: 'msg_1', content: [{ type: 'output_text', text: 'a' }] }],
      usage: { input_tokens: 1, output_tokens: 1, input_tokens_details: { cached_tokens: 0 } },
    },
  },
];
