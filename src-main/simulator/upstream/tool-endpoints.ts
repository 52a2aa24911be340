/** The endpoints behind the official client's own tools: `web__run` and `image_gen__imagegen` (PROTOCOL.md, Side endpoints). */
import type { ServerResponse } from 'node:http';
import { isObject, type JsonObject, stringOf } from '../json.ts';
import { badRequest, type Refusal } from '../rules/refusal.ts';
import { sendJson, sendRefusal } from './http-body.ts';
import type { HttpRequest } from './http-upstream.ts';
import type { UpstreamParts } from './upstream-parts.ts';

interface Tool {
  /** Members without which upstream could not answer. */
  readonly required: readonly string[];
  readonly answer: (body: JsonObject) => JsonObject;
}

/** One transparent pixel. */
const pixelPng = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

const image = (): JsonObject => ({ created: Math.floor(Date.now() / 1000), data: [{ b64_json: pixelPng }] });

const tools: Readonly<Record<string, Tool>> = {
  '/codex/alpha/search': {
    required: ['id', 'model', 'commands'],
    answer: ({ commands }) => ({ output: `The simulator found nothing for ${JSON.stringify(commands)}.` }),
  },
  '/codex/images/generations': { required: ['prompt', 'model'], answer: image },
  '/codex/images/edits': { required: ['prompt', 'model', 'images'], answer: image },
};

/** Whether a path below `/backend-api` is one of them. */
export function isTool(path: string): boolean {
  return Object.hasOwn(tools, path);
}

/** Answers a call of a tool, or refuses one that is not of its shape. */
export function sendTool(shared: UpstreamParts, path: string, request: HttpRequest, response: ServerResponse): void {
  const tool = tools[path];
  const body = request.body.value;
  const refusal = problemOf(tool, request);
  if (refusal === undefined && tool !== undefined && isObject(body)) {
    sendJson(response, 200, tool.answer(body));
    return;
  }
  const told = refusal ?? badRequest('The body is not a JSON object', 'invalid_json');
  shared.log.refused('http', request.connection, told);
  sendRefusal(response, told);
}

function problemOf(tool: Tool | undefined, { body, headers }: HttpRequest): Refusal | undefined {
  if (body.problem) return body.problem;
  if (stringOf(headers.get('originator')) === '')
    return badRequest('Missing originator', 'missing_header', 'originator');
  if (!isObject(body.value)) return badRequest('The body is not a JSON object', 'invalid_json');
  const members = body.value;
  const missing = tool?.required.find((name) => members[name] === undefined);
  return missing === undefined ? undefined : badRequest(`Missing member: ${missing}`, 'missing_member', missing);
}
