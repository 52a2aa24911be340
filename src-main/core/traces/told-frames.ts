import type { TraceDetail } from '../../shared/model.ts';
import { inLane } from '../lane-name.ts';
import { closeCodeOf } from '../own-frame.ts';
import { endsTurn, handshakeHoldMs, isHandshake } from '../wire-event.ts';
import type { KeptFrame } from './frame-log.ts';

const noData = Buffer.alloc(0);

/**
 * What the client was told, in its order: upstream's frames of the last attempt, since of those before it the client saw
 * nothing, and Slipstream's own. One of upstream's is not among them where Slipstream told another in its place.
 */
export function toldFrames(frames: readonly KeptFrame[], { attempts }: TraceDetail): readonly KeptFrame[] {
  const lastMs = attempts.at(-1)?.startedMs ?? 0;
  const firstOwn = frames.findIndex((frame) => isOwn(frame) && !isHandshake(frame.type));
  const before = firstOwn < 0 ? frames : frames.slice(0, firstOwn);
  const came = before.filter(({ direction, atMs }) => direction === 'upstream-in' && atMs >= lastMs);
  const rewritten = before.filter(isOwn);
  const passed = withRewritten(came, rewritten);
  const own = frames[firstOwn];
  if (own === undefined) return passed;
  const isBegun = rewritten.length > 0 || wasBegun(came, own);
  const begun = passed.filter(({ type, data }) => !endsTurn({ type, data: data ?? noData }));
  return [...(isBegun ? begun : []), ...frames.slice(firstOwn).filter(isOwn)];
}

/** Whether a frame is Slipstream's own word to the client. */
export function isOwn({ direction }: KeptFrame): boolean {
  return direction === 'client-out';
}

/** Upstream's frames with those that Slipstream wrote anew in their places; both are in the same order. */
function withRewritten(came: readonly KeptFrame[], rewritten: readonly KeptFrame[]): readonly KeptFrame[] {
  const left = [...rewritten];
  return came.map((frame) => (frame.type === left[0]?.type ? (left.shift() ?? frame) : frame));
}

/** Whether the client was given such frames of upstream's before this one: those without content are held back at first. */
function wasBegun(came: readonly KeptFrame[], own: KeptFrame): boolean {
  // Without a beginning only an error can be told.
  if (own.type.startsWith('response.')) return true;
  const passed = came.filter(({ type, data }) => !endsTurn({ type, data: data ?? noData }));
  if (passed.some(({ type }) => !isHandshake(type))) return true;
  const created = passed.find(({ type }) => type === 'response.created');
  return created !== undefined && own.atMs - created.atMs >= handshakeHoldMs;
}

/** What crossed a client's websocket, in its order; `lane` is the one that the client named. */
export function clientMessages(
  frames: readonly KeptFrame[],
  told: readonly KeptFrame[],
  lane: string | null,
): readonly KeptFrame[] {
  const places = new Map(frames.map((frame, index) => [frame, index]));
  const placeOf = (frame: KeptFrame) => places.get(frame) ?? 0;
  const sent = frames.filter(({ direction }) => direction === 'client-in');
  const messages: KeptFrame[] = [];
  for (const frame of told) {
    if (isOwn(frame) && closeCodeOf(frame.type) !== null) continue;
    while (sent[0] !== undefined && placeOf(sent[0]) < placeOf(frame)) messages.push(...sent.splice(0, 1));
    messages.push(isOwn(frame) || lane === null ? frame : namingLane(frame, lane));
  }
  return [...messages, ...sent];
}

/** A frame of upstream's as a lane of the client's websocket was told it. */
function namingLane(frame: KeptFrame, lane: string): KeptFrame {
  if (frame.data === null) return frame;
  const data = inLane(frame.data, lane);
  return { ...frame, bytes: data.length, data };
}
