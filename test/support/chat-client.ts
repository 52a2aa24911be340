import { isJsonObject, type JsonObject, parseJsonObject } from '../../src-main/core/json.ts';
import { openPost, post, type Server, type TurnAnswer } from './turn-client.ts';

/** A client of Chat Completions, as strict about its answers as the official ones. */

export const chatPath = '/v1/chat/completions';

/** A message of the user. */
export function says(content: string): JsonObject {
  return { role: 'user', content };
}

/** A streaming request with one message. */
export function chat(text: string, more: JsonObject = {}): JsonObject {
  return { model: 'gpt-5.5', stream: true, messages: [says(text)], ...more };
}

export interface ChatAnswer extends Pick<TurnAnswer, 'status' | 'headers' | 'isCut' | 'json' | 'text'> {
  /** Of a stream; without `[DONE]`. */
  readonly chunks: readonly JsonObject[];
  readonly isDone: boolean;
  /** The message that the chunks add up to, or the one of the JSON answer. */
  readonly message: JsonObject;
  readonly finishReason: unknown;
}

/** Throws for a line that no SSE client of this dialect knows; comments are read over. */
function readStream(text: string): Pick<ChatAnswer, 'chunks' | 'isDone'> {
  const chunks: JsonObject[] = [];
  let isDone = false;
  for (const event of text.split('\n\n').filter((part) => part !== '')) {
    if (event.startsWith(':')) continue;
    const data = /^data: (.*)$/.exec(event)?.[1];
    if (data === undefined || isDone) throw new Error(`not an event of Chat Completions: ${event.slice(0, 200)}`);
    const chunk = parseJsonObject(data);
    if (chunk !== null) chunks.push(chunk);
    else if (data === '[DONE]') isDone = true;
    else throw new Error(`not JSON: ${data.slice(0, 200)}`);
  }
  return { chunks, isDone };
}

function choiceOf(answer: JsonObject | null | undefined): JsonObject {
  const [choice] = Array.isArray(answer?.choices) ? answer.choices : [];
  return isJsonObject(choice) ? choice : {};
}

const objectsOf = (list: unknown): JsonObject[] => (Array.isArray(list) ? list.filter(isJsonObject) : []);

function addUp(chunks: readonly JsonObject[]): JsonObject {
  const message: Record<string, string> = {};
  const calls: { id: unknown; name: unknown; arguments: string }[] = [];
  for (const { delta } of chunks.map(choiceOf)) {
    if (!isJsonObject(delta)) continue;
    for (const [key, value] of Object.entries(delta)) {
      if (typeof value === 'string' && key !== 'role') message[key] = (message[key] ?? '') + value;
    }
    for (const piece of objectsOf(delta.tool_calls)) {
      const made = isJsonObject(piece.function) ? piece.function : {};
      const begun = calls[Number(piece.index)] ?? { id: piece.id, name: made.name, arguments: '' };
      calls[Number(piece.index)] = { ...begun, arguments: begun.arguments + String(made.arguments ?? '') };
    }
  }
  const toolCalls = calls.map(({ id, ...made }) => ({ id, type: 'function', function: made }));
  return {
    role: 'assistant',
    content: null,
    ...message,
    ...(calls.length === 0 ? {} : { tool_calls: toolCalls }),
  } as JsonObject;
}

function read(answer: TurnAnswer): ChatAnswer {
  const { status, headers, isCut, json, text } = answer;
  const isStream = json === null && status === 200;
  const { chunks, isDone } = isStream ? readStream(text) : { chunks: [], isDone: false };
  const choice = choiceOf(json);
  return {
    ...{ status, headers, isCut, json, text, chunks, isDone },
    message: isStream ? addUp(chunks) : isJsonObject(choice.message) ? choice.message : {},
    finishReason: isStream
      ? chunks.map((chunk) => choiceOf(chunk).finish_reason).find((reason) => reason != null)
      : choice.finish_reason,
  };
}

/** One turn. */
export async function complete(
  rig: Server,
  body: JsonObject | string | Buffer,
  headers: Record<string, string> = {},
  path = chatPath,
): Promise<ChatAnswer> {
  return read(await post(rig, body, headers, path));
}

/** A turn that is left as soon as its stream holds what is wanted. */
export async function leaveAfter(rig: Server, body: JsonObject, wanted: string): Promise<void> {
  const open = openPost(rig, chatPath, JSON.stringify(body));
  const response = await open.head;
  let text = '';
  for await (const piece of response) {
    text += String(piece);
    if (text.includes(wanted)) break;
  }
  open.request.destroy();
}
