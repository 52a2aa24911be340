import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { createParser } from 'eventsource-parser';
import { v7 as uuidV7 } from 'uuid';
import { WebSocket } from 'ws';

/** Where the demo clients call, and until when. */
interface Target {
  readonly baseUrl: string;
  /** Asked for with each request, since it can be made anew. */
  readonly apiKey: () => string;
  readonly signal: AbortSignal;
}

interface Conversation {
  readonly userAgent: string;
  readonly originator?: string;
  readonly model: string;
  readonly effort: string;
  readonly tier?: string;
  /** A websocket client prewarms its session and sends deltas; the others resend the history, if they have any. */
  readonly over: 'http' | 'websocket' | 'chat' | 'messages';
  readonly prompts: readonly string[];
}

interface ServerEvent {
  readonly type: string;
  readonly response?: { readonly id: string; readonly output: readonly unknown[] };
}

const codexAgent = 'codex_exec/0.169.0 (Debian 12.0.0; x86_64) xterm (codex_exec; 0.169.0)';
const codex = { userAgent: codexAgent, originator: 'codex_exec', over: 'websocket' } as const;

const conversations: readonly Conversation[] = [
  {
    ...codex,
    model: 'gpt-6.1-sol',
    effort: 'low',
    tier: 'priority',
    prompts: [
      'Count to 60',
      'Count to 90',
      'Reply with exactly: the parser handles both cases now, and a test names each.',
    ],
  },
  {
    userAgent: 'opencode/1.4.2',
    over: 'http',
    model: 'gpt-6-sol',
    effort: 'medium',
    prompts: [
      'Count to 80',
      'Reply with exactly: I would move the retry into the transport, where it belongs.',
      'Count to 40',
    ],
  },
  {
    userAgent: 'OpenAI/Python 2.8.0',
    over: 'chat',
    model: 'gpt-5.6-luna',
    effort: 'low',
    tier: 'default',
    prompts: ['Reply with exactly: {"sentiment":"positive"}'],
  },
  {
    userAgent: 'claude-cli/2.1.330 (external, cli)',
    over: 'messages',
    model: 'gpt-6-sol',
    effort: 'medium',
    prompts: ['Count to 70', 'Reply with exactly: the test failed before the change and passes after it.'],
  },
  { ...codex, model: 'gpt-6.1-terra', effort: 'medium', prompts: ['Count to 120', 'Count to 50'] },
  {
    userAgent: 'opencode/1.4.2',
    over: 'http',
    model: 'gpt-6.1-sol',
    effort: 'high',
    tier: 'priority',
    prompts: ['Count to 150', 'Count to 30'],
  },
];

const lanes = 2;
const shortestPauseMs = 1_500;
const longestPauseMs = 5_000;

/** Lets a few clients talk through the proxy, over and over. Returns what stops them. */
export function startDemoTraffic(baseUrl: string, apiKey: () => string): () => void {
  const stopped = new AbortController();
  const target = { baseUrl, apiKey, signal: stopped.signal };
  for (let lane = 0; lane < lanes; lane += 1) void runLane(lane, target);
  return () => stopped.abort();
}

async function runLane(lane: number, target: Target): Promise<void> {
  for (let turn = lane; !target.signal.aborted; turn += lanes) {
    const conversation = conversations[turn % conversations.length];
    if (conversation !== undefined) {
      // A failed turn is in the request list, where it belongs.
      await talks[conversation.over](conversation, target).catch(() => {});
    }
    await pause(target);
  }
}

function pause({ signal }: Target): Promise<void> {
  const pauseMs = shortestPauseMs + Math.random() * (longestPauseMs - shortestPauseMs);
  return delay(pauseMs, undefined, { signal, ref: false }).catch(() => {});
}

type Talk = (conversation: Conversation, target: Target) => Promise<void>;
const talks: Readonly<Record<Conversation['over'], Talk>> = {
  http: talkHttp,
  websocket: talkWebsocket,
  chat: talkChat,
  messages: talkMessages,
};

function talkHttp(conversation: Conversation, target: Target): Promise<void> {
  return talkOverHttp(conversation, target, { 'x-session-id': uuidV7() });
}

async function talkOverHttp(
  conversation: Conversation,
  target: Target,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  const history: unknown[] = [];
  for (const prompt of conversation.prompts) {
    history.push(userMessage(prompt));
    const body = { ...baseBody(conversation), instructions: 'Be brief.', input: history };
    const response = await post('responses', body, headers, conversation, target);
    history.push(...(await readOutput(response)));
    await pause(target);
  }
}

async function talkChat(conversation: Conversation, target: Target): Promise<void> {
  for (const content of conversation.prompts) {
    const { model, effort, tier } = conversation;
    const messages = [{ role: 'user', content }];
    const body = { model, reasoning_effort: effort, service_tier: tier, temperature: 0.2, messages };
    await (await post('chat/completions', body, {}, conversation, target)).arrayBuffer();
    await pause(target);
  }
}

async function talkMessages(conversation: Conversation, target: Target): Promise<void> {
  const headers = { 'anthropic-version': '2023-06-01', 'x-claude-code-session-id': uuidV7() };
  const messages: unknown[] = [];
  for (const content of conversation.prompts) {
    const { model, effort } = conversation;
    messages.push({ role: 'user', content });
    const body = { model, max_tokens: 32_000, thinking: { type: 'adaptive' }, output_config: { effort }, messages };
    const answer: unknown = await (await post('messages', body, headers, conversation, target)).json();
    if (typeof answer !== 'object' || answer === null || !('content' in answer)) return;
    messages.push({ role: 'assistant', content: answer.content });
    await pause(target);
  }
}

function post(
  route: string,
  body: object,
  headers: Readonly<Record<string, string>>,
  { userAgent }: Conversation,
  { baseUrl, apiKey, signal }: Target,
): Promise<Response> {
  const common = { authorization: `Bearer ${apiKey()}`, 'content-type': 'application/json', 'user-agent': userAgent };
  return fetch(`${baseUrl}/v1/${route}`, {
    method: 'POST',
    signal,
    headers: { ...common, ...headers },
    body: JSON.stringify(body),
  });
}

async function readOutput(response: Response): Promise<readonly unknown[]> {
  let output: readonly unknown[] = [];
  const parser = createParser({
    onEvent: ({ data }) => {
      const event: ServerEvent = JSON.parse(data);
      output = event.type === 'response.completed' ? (event.response?.output ?? []) : output;
    },
  });
  for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) parser.feed(text);
  return output;
}

/** Like the official client: what a websocket does not take, an account without them for one, goes over HTTP. */
async function talkWebsocket(conversation: Conversation, target: Target): Promise<void> {
  const sessionId = uuidV7();
  const headers = {
    originator: conversation.originator ?? '',
    version: '0.169.0',
    'session-id': sessionId,
    'thread-id': sessionId,
    'x-client-request-id': sessionId,
    'x-codex-window-id': `${sessionId}:0`,
  };
  const answered = await talkOverSocket(conversation, target, headers);
  const rest = conversation.prompts.slice(answered);
  if (!target.signal.aborted) await talkOverHttp({ ...conversation, prompts: rest }, target, headers);
}

/** How many of the prompts were answered on a websocket. */
async function talkOverSocket(
  conversation: Conversation,
  target: Target,
  headers: Readonly<Record<string, string>>,
): Promise<number> {
  const socket = new WebSocket(`${target.baseUrl.replace(/^http/, 'ws')}/v1/responses`, {
    headers: {
      ...headers,
      'x-api-key': target.apiKey(),
      'user-agent': conversation.userAgent,
      'openai-beta': 'responses_websockets=2026-02-06',
    },
  });
  const hangUp = () => socket.close();
  target.signal.addEventListener('abort', hangUp);
  // The close that follows says as much.
  socket.on('error', () => {});
  let answered = 0;
  try {
    await once(socket, 'open');
    let parentId = await sendFrame(socket, { ...baseBody(conversation), generate: false, input: [] });
    for (const prompt of conversation.prompts) {
      const frame = { ...baseBody(conversation), input: [userMessage(prompt)] };
      parentId = await sendFrame(socket, parentId === null ? frame : { ...frame, previous_response_id: parentId });
      answered += 1;
      await pause(target);
    }
  } catch {
    // The rest goes another way.
  } finally {
    target.signal.removeEventListener('abort', hangUp);
    socket.close();
  }
  return answered;
}

/** Sends one turn and waits for its end; gives the id the next turn continues from. Rejects where the socket does not take it. */
function sendFrame(socket: WebSocket, body: object): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const hear = (data: unknown) => {
      const event: ServerEvent = JSON.parse(String(data));
      if (!['response.completed', 'response.incomplete', 'response.failed', 'error'].includes(event.type)) return;
      socket.off('message', hear);
      if (event.type === 'error') reject(new Error('the turn was refused'));
      else resolve(event.type === 'response.completed' ? (event.response?.id ?? null) : null);
    };
    socket.on('message', hear);
    socket.once('close', () => reject(new Error('the socket closed')));
    socket.send(JSON.stringify({ type: 'response.create', ...body }));
  });
}

function baseBody({ model, effort, tier }: Conversation) {
  return {
    model,
    stream: true,
    store: false,
    reasoning: { effort, summary: 'auto' },
    include: ['reasoning.encrypted_content'],
    tool_choice: 'auto',
    parallel_tool_calls: true,
    ...(tier === undefined ? {} : { service_tier: tier }),
  };
}

function userMessage(text: string) {
  return { type: 'message', role: 'user', content: [{ type: 'input_text', text }] };
}
