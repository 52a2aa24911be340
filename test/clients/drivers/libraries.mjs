// One turn, or one tool loop, of one JavaScript library: `node libraries.mjs LIBRARY FEATURE`. Prints one JSON line at the end.
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import process from 'node:process';

const { CLIENT_FOLDER: folder = '', BASE_URL: baseUrl = '', API_KEY: apiKey = '', MODEL: model = '' } = process.env;
const [library = '', feature = ''] = process.argv.slice(2);
// The packages lie outside the tree, where Node would not look for them.
const load = createRequire(join(folder, 'from-here.js'));

const prompts = {
  tool: 'call tool add with `{"a":1,"b":2}`',
  abort: 'Count to 2000000',
  failure: 'Reply with exactly: never seen',
  image: 'Reply with exactly: seen',
};
const prompt = prompts[feature];
const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const dataUrl = `data:image/png;base64,${pixel}`;
const parameters = {
  type: 'object',
  properties: { a: { type: 'number' }, b: { type: 'number' } },
  required: ['a', 'b'],
  additionalProperties: false,
};
const add = ({ a, b }) => String(a + b);
const aborter = new AbortController();
const got = { text: '', pieces: 0 };

function piece(text) {
  if (typeof text !== 'string' || text === '') return;
  got.text += text;
  got.pieces += 1;
  if (feature === 'abort') aborter.abort();
}

async function openaiChat() {
  const client = new (load('openai').default)({ apiKey, baseURL: `${baseUrl}/v1`, maxRetries: 0 });
  const content =
    feature === 'image'
      ? [
          { type: 'text', text: prompt },
          { type: 'image_url', image_url: { url: dataUrl } },
        ]
      : prompt;
  const runner = client.chat.completions.runTools(
    {
      model,
      stream: true,
      messages: [{ role: 'user', content }],
      tools: [{ type: 'function', function: { name: 'add', parameters, parse: JSON.parse, function: add } }],
    },
    { signal: aborter.signal },
  );
  runner.on('content', piece);
  await runner.done();
}

async function openaiResponses() {
  const client = new (load('openai').default)({ apiKey, baseURL: `${baseUrl}/v1`, maxRetries: 0 });
  const image = feature === 'image' ? [{ type: 'input_image', image_url: dataUrl, detail: 'auto' }] : [];
  const input = [{ role: 'user', content: [{ type: 'input_text', text: prompt }, ...image] }];
  const tools = [{ type: 'function', name: 'add', parameters, strict: true }];
  for (let round = 0; round < 3; round += 1) {
    const stream = client.responses.stream({ model, input, tools, store: false }, { signal: aborter.signal });
    stream.on('response.output_text.delta', ({ delta }) => piece(delta));
    const { output, status, error: failure } = await stream.finalResponse();
    if (status !== 'completed') throw new Error(failure?.message ?? status);
    const calls = output.filter(({ type }) => type === 'function_call');
    if (calls.length === 0) return;
    input.push(...output.map(({ parsed_arguments: _parsed, ...item }) => item));
    for (const { call_id, arguments: args } of calls)
      input.push({ type: 'function_call_output', call_id, output: add(JSON.parse(args)) });
  }
}

/** Two turns at once, each in a lane of one websocket. */
async function openaiLanes() {
  const client = new (load('openai').default)({ apiKey, baseURL: `${baseUrl}/v1`, maxRetries: 0 });
  const socket = new (load('openai/resources/responses/ws').ResponsesWS)(client);
  await once(socket.socket, 'open');
  const { ResponsesWebSocketSession } = load('openai/lib/responses/responses-websocket-session');
  const session = new ResponsesWebSocketSession(socket, {
    maxLanes: 2,
    maxBufferedEvents: 1000,
    maxBufferedBytes: 1e6,
  });
  const answers = ['one', 'two'].map((text) => {
    const lane = session.lane(text);
    lane.create({ model, input: `Reply with exactly: ${text}`, store: false });
    return lane.finalResponse({ signal: AbortSignal.timeout(20_000) });
  });
  for (const { output_text } of await Promise.all(answers)) piece(output_text);
}

async function anthropic() {
  const client = new (load('@anthropic-ai/sdk').default)({ apiKey, baseURL: baseUrl, maxRetries: 0 });
  const source = { type: 'base64', media_type: 'image/png', data: pixel };
  const image = feature === 'image' ? [{ type: 'image', source }] : [];
  const messages = [{ role: 'user', content: [{ type: 'text', text: prompt }, ...image] }];
  const tools = [{ name: 'add', input_schema: parameters }];
  for (let round = 0; round < 3; round += 1) {
    const stream = client.messages.stream({ model, max_tokens: 50_000, messages, tools }, { signal: aborter.signal });
    stream.on('text', piece);
    const { content } = await stream.finalMessage();
    const calls = content.filter(({ type }) => type === 'tool_use');
    if (calls.length === 0) return;
    const results = calls.map(({ id, input }) => ({ type: 'tool_result', tool_use_id: id, content: add(input) }));
    messages.push({ role: 'assistant', content }, { role: 'user', content: results });
  }
}

async function aiSdk() {
  const { streamText, tool, jsonSchema, stepCountIs, isStepCount } = load('ai');
  const provider = load('@ai-sdk/openai').createOpenAI({ apiKey, baseURL: `${baseUrl}/v1` });
  const image = feature === 'image' ? [{ type: 'file', mediaType: 'image/png', data: pixel }] : [];
  let failure = null;
  const { textStream } = streamText({
    model: provider(model),
    messages: [{ role: 'user', content: [{ type: 'text', text: prompt }, ...image] }],
    tools: { add: tool({ inputSchema: jsonSchema(parameters), execute: async (input) => add(input) }) },
    stopWhen: (stepCountIs ?? isStepCount)(3),
    maxRetries: 0,
    abortSignal: aborter.signal,
    onError: ({ error }) => {
      failure = error;
    },
  });
  for await (const text of textStream) piece(text);
  if (failure !== null) throw failure;
}

async function langchain() {
  const { ChatOpenAI } = load('@langchain/openai');
  const { HumanMessage, ToolMessage } = load('@langchain/core/messages');
  const { tool } = load('@langchain/core/tools');
  const adder = tool(async (input) => add(input), { name: 'add', description: 'Adds.', schema: parameters });
  const chat = new ChatOpenAI({ model, apiKey, configuration: { baseURL: `${baseUrl}/v1` }, maxRetries: 0 });
  const image = feature === 'image' ? [{ type: 'image_url', image_url: { url: dataUrl } }] : [];
  const messages = [new HumanMessage({ content: [{ type: 'text', text: prompt }, ...image] })];
  for (let round = 0; round < 3; round += 1) {
    let whole = null;
    for await (const chunk of await chat.bindTools([adder]).stream(messages, { signal: aborter.signal })) {
      piece(chunk.text);
      whole = whole === null ? chunk : whole.concat(chunk);
    }
    const calls = whole?.tool_calls ?? [];
    if (calls.length === 0) return;
    messages.push(whole);
    for (const { id, args } of calls) messages.push(new ToolMessage({ tool_call_id: id, content: add(args) }));
  }
}

async function agents() {
  const { Agent, run, tool, setDefaultOpenAIClient, setTracingDisabled } = load('@openai/agents');
  setTracingDisabled(true);
  setDefaultOpenAIClient(new (load('openai').default)({ apiKey, baseURL: `${baseUrl}/v1`, maxRetries: 0 }));
  const adder = tool({
    name: 'add',
    description: 'Adds.',
    parameters,
    strict: true,
    execute: async (input) => add(input),
  });
  const agent = new Agent({ name: 'Adder', instructions: 'Add.', model, tools: [adder] });
  const image = feature === 'image' ? [{ type: 'input_image', image: dataUrl }] : [];
  const input = [{ role: 'user', content: [{ type: 'input_text', text: prompt }, ...image] }];
  const result = await run(agent, input, { stream: true, signal: aborter.signal });
  for await (const text of result.toTextStream()) piece(text);
  await result.completed;
}

const libraries = {
  'openai-chat': openaiChat,
  'openai-responses': openaiResponses,
  'openai-lanes': openaiLanes,
  anthropic,
  'ai-sdk': aiSdk,
  langchain,
  agents,
};

let error = null;
try {
  await libraries[library]();
} catch (thrown) {
  error = String(thrown?.message ?? thrown);
}
process.stdout.write(
  `${JSON.stringify({ ...got, text: got.text.slice(0, 500), error, aborted: aborter.signal.aborted })}\n`,
);
// Some keep their sockets for a while.
process.exit(0);
