import { hash as hashOnce } from 'node:crypto';
import { validate as isUuid } from 'uuid';
import { headerValue, type RawHeaders } from '../headers.ts';
import { type JsonObject, objectMember, textMember } from '../json.ts';

const maxKeyLength = 200;
const keyHeaders = ['thread-id', 'session-id', 'session_id', 'x-session-id', 'x-session-affinity'] as const;

/** A name of bounded length: a longer one is told from others that begin alike by the hash of all of it. */
function bounded(key: string): string {
  if (key.length <= maxKeyLength) return key;
  const hash = hashOnce('sha256', key, 'base64');
  return `${key.slice(0, maxKeyLength - hash.length)}${hash}`;
}

function claudeSession(headers: RawHeaders): string | null {
  const session = headerValue(headers, 'x-claude-code-session-id');
  if (session === null) return null;
  const agent = headerValue(headers, 'x-claude-code-agent-id');
  return agent === null ? session : `${session}:${agent}`;
}

/**
 * What ties the turns of one conversation together; null where the client names nothing.
 * `prompt_cache_key` counts only as a UUID, since many programs send one constant.
 */
export function affinityKey(headers: RawHeaders, body: JsonObject): string | null {
  const metadata = objectMember(body, 'client_metadata');
  const cacheKey = textMember(body, 'prompt_cache_key');
  const named = [
    ...keyHeaders.map((name) => headerValue(headers, name)),
    claudeSession(headers),
    textMember(metadata, 'thread_id'),
    textMember(metadata, 'session_id'),
    cacheKey !== null && isUuid(cacheKey) ? cacheKey : null,
  ];
  const key = named.find((name) => name !== null && name.trim() !== '') ?? null;
  return key === null ? null : bounded(key);
}

/** Models that one conversation may be carried on with: `gpt` for gpt-5.5 and gpt-5.6-sol. */
function modelFamily(model: string): string {
  return model.match(/^[a-z]{1,40}/i)?.[0].toLowerCase() ?? model;
}

/** Longer than instructions are: what comes after it counts by its length alone. */
const beginningChars = 64 * 1024;

function beginning(text: string): string {
  return text.length > beginningChars ? `${text.length} ${text.slice(0, beginningChars)}` : text;
}

/**
 * Hash of what stays the same in a conversation that nothing names, whatever account, tier, effort or socket its turns get:
 * the program, the family of its models, its instructions, and whose turns it says they are.
 */
export function conversationFacts(headers: RawHeaders, body: JsonObject): string {
  const program = headerValue(headers, 'user-agent')?.match(/^[^\s/]{1,60}/)?.[0] ?? '';
  const said = ['instructions', 'prompt_cache_key', 'user', 'safety_identifier'].map((key) =>
    beginning(textMember(body, key) ?? ''),
  );
  const facts = [
    headerValue(headers, 'originator') ?? '',
    program,
    modelFamily(textMember(body, 'model') ?? ''),
    ...said,
  ];
  return hashOnce('sha256', JSON.stringify(facts), 'base64');
}
