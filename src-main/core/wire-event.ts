import { SlipstreamError } from '../shared/errors.ts';
import { BoundedMap } from './bounded-map.ts';
import { isJsonObject, type JsonObject, objectMember, parseJsonObject, textMember } from './json.ts';
import { closeBrace } from './json-marks.ts';
import { ownBuffer, ownText } from './own-memory.ts';

/** One upstream event: its JSON text as it came, and its type; an empty one where it names none. */
export interface WireEvent {
  readonly type: string;
  readonly data: Buffer;
  /** The same as a value, where somebody had to read it. */
  readonly body?: JsonObject;
  /** By its type alone it is known to end nothing, as most are. */
  readonly endsNothing?: boolean;
  /** It is not upstream's own text. */
  readonly isMade?: true;
}

const typePrefix = '{"type":"';
const sniffBytes = 96;

/** What events of one type have in common. */
interface Kind {
  readonly type: string;
  readonly endsNothing: boolean;
  /** What such an event's text begins with. */
  readonly opening: Buffer;
}

/** Types are few, and come again with every turn. */
const kinds = new BoundedMap<string, Kind>(500);

/** Most events are of the type that came before. */
let last: Kind = { type: '', endsNothing: false, opening: Buffer.from('\0') };

function beginsWith(data: Buffer, opening: Buffer): boolean {
  if (data.length < opening.length) return false;
  for (let at = 0; at < opening.length; at += 1) if (data[at] !== opening[at]) return false;
  return true;
}

/** The kind of a text that names its type first; null where it begins otherwise. */
function kindNamedFirst(data: Buffer): Kind | null {
  if (beginsWith(data, last.opening)) return last;
  const head = data.toString('latin1', 0, sniffBytes);
  if (!head.startsWith(typePrefix)) return null;
  const end = head.indexOf('"', typePrefix.length);
  const type = head.slice(typePrefix.length, Math.max(end, 0));
  if (!/^[\w.]+$/.test(type)) return null;
  last = kinds.get(type) ?? noteKind(ownText(type));
  return last;
}

function noteKind(type: string): Kind {
  const endsNothing = !terminalTypes.has(type) && !mayEndUnknown(type);
  const kind = { type, endsNothing, opening: ownBuffer(`${typePrefix}${type}"`) };
  kinds.set(type, kind);
  return kind;
}

/**
 * An event from its JSON text. Upstream writes `type` first, so the text is only parsed where it does not. One without a type
 * has the name it came under; without that it is an error where it tells one, and else something new.
 * Throws `upstream_invalid` for what is no JSON object, or has a type that is no text.
 */
export function wireEvent(data: Buffer, name = ''): WireEvent {
  const kind = data[data.length - 1] === closeBrace ? kindNamedFirst(data) : null;
  if (kind !== null) return { type: kind.type, data, endsNothing: kind.endsNothing };
  const body = parseEvent(data);
  const { type = name } = body;
  if (typeof type !== 'string') throw new SlipstreamError('upstream_invalid');
  const isError = type === '' && (objectMember(body, 'error') ?? textMember(body, 'error')) !== null;
  return { type: isError ? 'error' : type, data };
}

/** The same; null for a text that is none. */
export function tryWireEvent(data: Buffer): WireEvent | null {
  try {
    return wireEvent(data);
  } catch {
    return null;
  }
}

/** An event of our own making. */
export function makeEvent(body: JsonObject & { readonly type: string }): WireEvent {
  return { type: body.type, data: Buffer.from(JSON.stringify(body)), isMade: true };
}

/** An event's whole JSON object. Throws `upstream_invalid`. */
export function bodyOf({ body, data }: WireEvent): JsonObject {
  return body ?? parseEvent(data);
}

/** The event together with its value, so that nobody has to read it again; one that cannot be read stays as it came. */
export function readEvent(event: WireEvent): WireEvent {
  if (event.body !== undefined) return event;
  const body = parseJsonObject(event.data.toString('utf8'));
  return body === null ? event : { ...event, body };
}

/** The JSON object that a text is. Throws `upstream_invalid`. */
export function parseEvent(data: Buffer): JsonObject {
  try {
    const value: unknown = JSON.parse(data.toString('utf8'));
    if (isJsonObject(value)) return value;
  } catch (cause) {
    throw new SlipstreamError('upstream_invalid', { cause });
  }
  throw new SlipstreamError('upstream_invalid');
}

const terminalTypes = new Set([
  'response.completed',
  'response.incomplete',
  'response.failed',
  'response.done',
  'response.cancelled',
  'error',
]);

/** Whether an event of this name ends a turn, on every transport. */
export function isTerminal(type: string): boolean {
  return terminalTypes.has(type);
}

const failedStatuses = new Set<unknown>(['failed', 'cancelled']);
const endStatuses = new Set<unknown>([...failedStatuses, 'completed', 'incomplete']);
const runningStatuses = new Set<unknown>(['in_progress', 'queued']);
const aboutResponse = 'response.';

/** Whether an event of this type may be an end by a name that nobody here knows. */
function mayEndUnknown(type: string): boolean {
  if (!type.startsWith(aboutResponse) || type.includes('.', aboutResponse.length)) return false;
  return !terminalTypes.has(type) && !handshakeTypes.has(type);
}

/** What an event of a name that nobody here knows tells of its response as a whole; null for every other event. */
function newlyTold({ type, data, body }: WireEvent): JsonObject | null {
  if (!mayEndUnknown(type)) return null;
  // Asked of every such event, many times and whatever its size.
  if (!data.includes('"response"')) return null;
  const response = objectMember(body ?? parseJsonObject(data.toString('utf8')), 'response');
  const status = textMember(response, 'status');
  return status === null || runningStatuses.has(status) ? null : response;
}

/** Whether the event may end its turn, by a name and a status that are not known here: what comes next will show. */
export function mayEndTurn(event: WireEvent): boolean {
  return newlyTold(event) !== null;
}

/** Whether the event ends its turn by a name that is not known here: the response has a last status, or is counted up. */
export function isNewEnd(event: WireEvent): boolean {
  const response = newlyTold(event);
  return response !== null && (endStatuses.has(response.status) || objectMember(response, 'usage') !== null);
}

/** Whether the event ends its turn, on every transport. */
export function endsTurn(event: WireEvent): boolean {
  return !event.endsNothing && (terminalTypes.has(event.type) || isNewEnd(event));
}

/** An end by a new name under the one that clients know for how it leaves the response. */
export function endByKnownName(event: WireEvent): WireEvent {
  if (event.endsNothing || !isNewEnd(event)) return event;
  const body = bodyOf(event);
  const response = objectMember(body, 'response');
  if (response?.status === 'completed') return makeEvent({ ...body, type: 'response.completed' });
  return makeEvent({ ...body, type: 'response.incomplete', response: { ...response, status: 'incomplete' } });
}

/**
 * The event under the name of a failure where it ends a response that failed or was cancelled: upstream's status has the
 * say, then its name for the event. Throws `upstream_invalid` for a terminal event that cannot be read.
 */
export function failureByName(came: WireEvent): WireEvent {
  if (!endsTurn(came) || came.type === 'error' || came.type === 'response.failed') return came;
  const event = readEvent(came);
  const body = bodyOf(event);
  const response = objectMember(body, 'response');
  if (event.type !== 'response.cancelled' && !failedStatuses.has(response?.status)) return event;
  return makeEvent({ ...body, type: 'response.failed', response: response ?? { status: 'cancelled' } });
}

/** Whether the response of an end has failed. One that cannot be read counts as whole: whoever reads it next says so. */
export function endsInFailure(event: WireEvent): boolean {
  try {
    return failureByName(event).type === 'response.failed';
  } catch {
    return false;
  }
}

/** How long events without content are held back for a failover that nobody sees. */
export const handshakeHoldMs = 10_000;

const handshakeTypes = new Set(['response.created', 'response.in_progress', 'response.queued', 'keepalive']);

/** Whether the event carries no content yet, so that another attempt could still take over unseen. */
export function isHandshake(type: string): boolean {
  return type === '' || handshakeTypes.has(type) || type.startsWith('codex.');
}

/** Events of upstream that the public API has not: the vendor's own library throws at one that it does not know. */
export function isPrivate(type: string): boolean {
  return type === '' || type.startsWith('codex.') || type === 'response.metadata';
}
