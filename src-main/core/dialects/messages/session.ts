import { validate as isUuid } from 'uuid';
import { headerValue, type RawHeaders } from '../../headers.ts';
import { type JsonObject, objectMember, parseJsonObject, textMember } from '../../json.ts';

/**
 * The session that `metadata.user_id` names: Claude Code writes a JSON text with a `session_id`, older ones
 * `user_…_session_<uuid>`. Null where it names none, or where the header says it better.
 */
export function sessionOf(body: JsonObject, headers: RawHeaders): string | null {
  if (headerValue(headers, 'x-claude-code-session-id') !== null) return null;
  const userId = textMember(objectMember(body, 'metadata'), 'user_id') ?? '';
  const session = textMember(parseJsonObject(userId), 'session_id') ?? userId.split('_session_').at(-1) ?? '';
  return session !== userId && isUuid(session) ? session : null;
}
