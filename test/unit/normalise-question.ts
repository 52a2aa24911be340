import type { RawHeaders } from '../../src-main/core/headers.ts';
import { headerValue } from '../../src-main/core/headers.ts';
import { type JsonObject, objectMember, parseJsonObject } from '../../src-main/core/json.ts';
import type { Normalised, NormaliseQuestion } from '../../src-main/core/normalise/normalise.ts';
import { normalise } from '../../src-main/core/normalise/normalise.ts';
import type { RawHeader } from '../../src-main/shared/model.ts';

/** Questions for the normaliser, and its answers in a form that is easy to compare. */

export const sessionId = '01a2091d-4658-7212-b4e9-cfeda846ce7d';
export const turnId = '01a2091d-46b1-70f3-91f1-7bba34e504a6';
export const installationId = '6f69081a-5afc-4a57-aa54-d186a981fb2d';

/** What an OpenAI SDK sends, with its credentials concealed as the listener does it. */
export const foreignHeaders: RawHeaders = [
  ['host', '127.0.0.1:2575'],
  ['authorization', '<redacted>'],
  ['user-agent', 'OpenAI/Python 2.8.0'],
];

/** What Codex with a bearer provider sends over HTTP. */
export const codexHeaders: RawHeaders = [
  ['host', '127.0.0.1:2575'],
  ['authorization', '<redacted>'],
  ['originator', 'codex_exec'],
  ['user-agent', 'codex_exec/0.169.0 (Debian 12.0.0; x86_64) xterm (codex_exec; 0.169.0)'],
  ['x-client-request-id', sessionId],
  ['session-id', sessionId],
  ['thread-id', sessionId],
  ['x-codex-window-id', `${sessionId}:0`],
];

const tiers: Readonly<Record<string, readonly string[]>> = {
  'gpt-5.5': ['priority'],
  'gpt-6.1-sol': ['priority'],
  'gpt-slow': [],
  'gpt-scaled': ['priority', 'scale'],
  'gpt-really-fast': ['priority'],
};

function tiersOf(slug: string): readonly string[] | null {
  return tiers[slug] ?? null;
}

/** A question about `body`; a text or bytes in `raw` win over it. */
export function questionFor(body: JsonObject, more: Partial<NormaliseQuestion> = {}): NormaliseQuestion {
  return {
    body,
    raw: Buffer.from(JSON.stringify(body)),
    headers: foreignHeaders,
    endpoint: 'responses',
    transport: 'ws',
    policy: 'auto',
    sessionId,
    account: { accessToken: 'account-token', accountId: 'workspace-1', routingOverride: null },
    tiersOf,
    originator: 'codex-toy-app-server',
    installationId,
    turnId,
    turnStartedAtMs: 1_795_449_243_319,
    platform: { os: 'Debian 12.0.0', arch: 'x86_64', terminal: 'xterm' },
    ...more,
  };
}

/** The body that goes upstream, parsed. */
export function shapedBody(body: JsonObject, more: Partial<NormaliseQuestion> = {}): JsonObject {
  return bodyOf(normalise(questionFor(body, more)));
}

export function bodyOf(shaped: Normalised): JsonObject {
  const body = parseJsonObject(shaped.body.toString('utf8'));
  if (body === null) throw new Error(`the normaliser wrote something that is no JSON object: ${shaped.body}`);
  return body;
}

/** Headers as an object, names in lower case; a repeated name is an error. */
export function headerMap(headers: RawHeaders): Record<string, string> {
  const map: Record<string, string> = {};
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    if (Object.hasOwn(map, key)) throw new Error(`header sent twice: ${key}`);
    map[key] = value;
  }
  return map;
}

/** A JSON object inside a header or a member. */
export function jsonIn(text: unknown): JsonObject {
  const value = typeof text === 'string' ? parseJsonObject(text) : null;
  if (value === null) throw new Error(`not a JSON object: ${String(text)}`);
  return value;
}

export function turnMetadataHeader(headers: RawHeaders): JsonObject {
  return jsonIn(headerValue(headers, 'x-codex-turn-metadata'));
}

export function metadataOf(body: JsonObject): JsonObject {
  return objectMember(body, 'client_metadata') ?? {};
}

/** Names of top-level members that two objects do not have in common. */
export function changedMembers(before: JsonObject, after: JsonObject): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key])).sort();
}

/** Top-level body members that a list of changes names. */
export function namedMembers(changes: Normalised['changes']): string[] {
  const names = changes.flatMap(({ path }) => path.match(/^body\.([^.[]+)/)?.[1] ?? []);
  return [...new Set(names)].sort();
}

/** Headers with some replaced or, by null, left out. */
export function withHeaders(base: RawHeaders, more: Readonly<Record<string, string | null>>): RawHeaders {
  const kept = base.filter(([name]) => !Object.hasOwn(more, name));
  const added = Object.entries(more).flatMap(([name, value]): RawHeader[] => (value === null ? [] : [[name, value]]));
  return [...kept, ...added];
}
