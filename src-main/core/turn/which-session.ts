import type { RawHeaders } from '../headers.ts';
import { type JsonObject, textMember } from '../json.ts';
import { affinityKey, conversationFacts } from './affinity.ts';
import type { ChainProbe, Chains } from './chains.ts';
import { type NamelessQuestion, oneOffSession, type Session, type Sessions } from './sessions.ts';

/** What a request says of the conversation it belongs to. */
export interface SessionQuestion {
  readonly headers: RawHeaders;
  readonly body: JsonObject;
  /** The client's websocket; null for HTTP. */
  readonly connectionId: string | null;
  /** All that was said so far; null where the client itself extends a response, or where a name is enough. */
  readonly probe: Pick<ChainProbe, 'prefixes' | 'hasUser' | 'hasHistory'> | null;
}

/** The session of a request, and what it can be found by again where nothing names it. */
export interface FoundSession {
  readonly session: Session;
  readonly nameless: NamelessQuestion | null;
}

/** Which conversation a request belongs to, whatever tier, effort, account, model or socket its turns have. */
export function findSession(
  question: SessionQuestion,
  sessions: Sessions,
  chains: Pick<Chains, 'endingIn'>,
): FoundSession {
  const { headers, body, connectionId, probe } = question;
  if (connectionId !== null) sessions.connect(connectionId);
  const key = affinityKey(headers, body);
  if (key !== null) return { session: sessions.resolve(key), nameless: null };
  if (probe === null) return { session: extendedSession(question, sessions, chains), nameless: null };
  const factsHash = conversationFacts(headers, body);
  const nameless = { factsHash, prefixes: probe.prefixes, hasUser: probe.hasUser };
  const session =
    connectionId === null
      ? (sessions.find(nameless) ?? oneOffSession())
      : sessions.resolveConnection(connectionId, { ...nameless, hasHistory: probe.hasHistory });
  sessions.note(session, nameless, probe.prefixes.at(-1)?.hash);
  return { session, nameless };
}

/** Of a client that names nothing but the response it extends, if that. */
function extendedSession(
  { body, connectionId }: SessionQuestion,
  sessions: Sessions,
  chains: Pick<Chains, 'endingIn'>,
): Session {
  const extended = textMember(body, 'previous_response_id');
  const chain = extended === null ? null : chains.endingIn(extended);
  if (chain === null) return connectionId === null ? oneOffSession() : sessions.resolveConnection(connectionId, null);
  // Another lane of the client's websocket may hold it.
  if (connectionId !== null) sessions.giveConnection(connectionId, chain.session);
  chain.session.goOn();
  // Only that account's socket holds it.
  chain.session.moveTo(chain.accountId);
  return chain.session;
}
