import { headerValue, type RawHeaders } from '../headers.ts';
import { type JsonObject, objectMember, parseJsonObject, textMember } from '../json.ts';
import type { Sessions } from './sessions.ts';

/** Longer metadata is not read: the official client's has less than a kilobyte. */
const maxMetadataChars = 16 * 1024;
const metadataName = 'x-codex-turn-metadata';
const parentName = 'x-codex-parent-thread-id';

/**
 * The account of the conversation that a Codex client's sub-agent works for; null where it is nobody's or has none. What agents
 * write to each other is sealed for their account (PROTOCOL.md, Conversations and lines).
 */
export function parentAccount(
  headers: RawHeaders,
  body: JsonObject,
  sessions: Pick<Sessions, 'accountOf'>,
): string | null {
  const members = objectMember(body, 'client_metadata');
  const text = textMember(members, metadataName) ?? headerValue(headers, metadataName) ?? '';
  const metadata = text === '' || text.length > maxMetadataChars ? null : parseJsonObject(text);
  const names = [
    textMember(metadata, 'parent_thread_id'),
    textMember(members, parentName),
    headerValue(headers, parentName),
    // Of all agents of one conversation.
    textMember(metadata, 'session_id'),
  ];
  for (const name of names) {
    const accountId = name === null ? null : sessions.accountOf(name);
    if (accountId !== null) return accountId;
  }
  return null;
}
