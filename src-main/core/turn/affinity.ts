import { validate as isUuid } from 'uuid';
import { headerValue, type RawHeaders } from '../headers.ts';
import { type JsonObject, objectMember, textMember } from '../json.ts';

const maxKeyLength = 200;
const keyHeaders = ['thread-id', 'session-id', 'session_id', 'x-session-id'] as const;

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
  return named.find((key) => key !== null && key.trim() !== '')?.slice(0, maxKeyLength) ?? null;
}
