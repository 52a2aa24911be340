import { isJsonObject, type JsonObject, objectMember, parseJsonObject } from '../../src-main/core/json.ts';
import { post, type Server, type TurnAnswer } from './turn-client.ts';

/** A client of Anthropic's Messages, as strict about its answers as the official ones. */

export const messagesPath = '/v1/messages';

/** A streaming request with one message. */
export function ask(text: string, more: JsonObject = {}): JsonObject {
  return { model: 'gpt-5.5', max_tokens: 1_000, stream: true, messages: [{ role: 'user', content: text }], ...more };
}

export interface MessagesAnswer extends Pick<TurnAnswer, 'status' | 'headers' | 'isCut' | 'json' | 'text'> {
  /** Of a stream, in order. */
  readonly events: readonly JsonObject[];
  /** The blocks that the stream adds up to, or those of the JSON answer. */
  readonly blocks: readonly JsonObject[];
  /** The same without the members that the vendor's types demand and that say nothing. */
  readonly content: readonly JsonObject[];
  readonly stopReason: unknown;
}

/** Throws for what no SSE client of this dialect knows. */
function readStream(text: string): JsonObject[] {
  return text
    .split('\n\n')
    .filter((part) => part !== '')
    .map((part) => {
      const [, name, json] = /^event: (.*)\ndata: (.*)$/.exec(part) ?? [];
      const data = json === undefined ? null : parseJsonObject(json);
      if (data === null || data.type !== name) throw new Error(`not an event of Messages: ${part.slice(0, 200)}`);
      return data;
    });
}

/** Adds blocks up; throws where two are open at once, or an index is out of turn. */
function addUp(events: readonly JsonObject[]): JsonObject[] {
  const content: Record<string, unknown>[] = [];
  let open: Record<string, unknown> | null = null;
  let input = '';
  for (const event of events) {
    const delta = objectMember(event, 'delta');
    if (String(event.type).startsWith('content_block') && event.index !== content.length)
      throw new Error(`block ${String(event.index)} out of turn`);
    switch (event.type) {
      case 'content_block_start':
        if (open !== null) throw new Error('two blocks are open');
        open = { ...objectMember(event, 'content_block') };
        input = '';
        break;
      case 'content_block_delta':
        if (open === null || delta === null) throw new Error('a delta outside a block');
        for (const member of ['text', 'thinking', 'signature'])
          if (typeof delta[member] === 'string') open[member] = String(open[member] ?? '') + delta[member];
        input += typeof delta.partial_json === 'string' ? delta.partial_json : '';
        break;
      case 'content_block_stop':
        if (open === null) throw new Error('no block is open');
        content.push(open.type === 'tool_use' ? { ...open, input: parseJsonObject(input || '{}') } : open);
        open = null;
        break;
    }
  }
  return content as JsonObject[];
}

function withoutUnsaid({ caller, ...block }: JsonObject): JsonObject {
  // Older AI SDKs refuse it.
  if (block.citations === null) throw new Error('a null for citations');
  if (block.type === 'tool_use' && caller === undefined) throw new Error('a call without caller');
  return block;
}

function read(answer: TurnAnswer): MessagesAnswer {
  const { status, headers, isCut, json, text } = answer;
  const isStream = json === null && status === 200;
  const events = isStream ? readStream(text) : [];
  const whole = Array.isArray(json?.content) ? json.content.filter(isJsonObject) : [];
  const blocks = isStream ? addUp(events) : whole;
  const end = events.find(({ type }) => type === 'message_delta');
  return {
    ...{ status, headers, isCut, json, text, events },
    blocks,
    content: blocks.map(withoutUnsaid),
    stopReason: isStream ? objectMember(end, 'delta')?.stop_reason : json?.stop_reason,
  };
}

/** One turn. */
export async function say(
  rig: Server,
  body: JsonObject | string | Buffer,
  headers: Record<string, string> = {},
  path = messagesPath,
): Promise<MessagesAnswer> {
  return read(await post(rig, body, { 'anthropic-version': '2023-06-01', ...headers }, path));
}

/** The conversation with an answer and what comes after it. */
export function goOn(asked: JsonObject, answer: MessagesAnswer, next: JsonObject | string): JsonObject {
  const messages = Array.isArray(asked.messages) ? asked.messages : [];
  const content = typeof next === 'string' ? next : [next];
  return {
    ...asked,
    messages: [...messages, { role: 'assistant', content: answer.blocks }, { role: 'user', content }],
  };
}
