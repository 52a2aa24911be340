import type { TraceDetail } from '../../shared/model.ts';
import { endsTurn, handshakeHoldMs, isHandshake } from '../wire-event.ts';
import type { KeptFrame } from './frame-log.ts';

const noData = Buffer.alloc(0);

/**
 * What the client was told, in its order: upstream's frames of the last attempt, since of those before it the client saw
 * nothing, and Slipstream's own. An end of upstream's is not among them where Slipstream told another in its place.
 */
export function toldFrames(frames: readonly KeptFrame[], { attempts }: TraceDetail): readonly KeptFrame[] {
  const lastMs = attempts.at(-1)?.startedMs ?? 0;
  const firstOwn = frames.findIndex(isOwn);
  const came = (firstOwn < 0 ? frames : frames.slice(0, firstOwn)).filter(
    ({ direction, atMs }) => direction === 'upstream-in' && atMs >= lastMs,
  );
  const own = frames[firstOwn];
  if (own === undefined) return came;
  const passed = came.filter(({ type, data }) => !endsTurn({ type, data: data ?? noData }));
  return [...(wasBegun(passed, own.atMs) ? passed : []), ...frames.filter(isOwn)];
}

/** Whether a frame is Slipstream's own word to the client. */
export function isOwn({ direction }: KeptFrame): boolean {
  return direction === 'client-out';
}

/** Whether the client was given such frames of upstream's: those without content are held back at first. */
function wasBegun(passed: readonly KeptFrame[], endMs: number): boolean {
  if (passed.some(({ type }) => !isHandshake(type))) return true;
  const created = passed.find(({ type }) => type === 'response.created');
  return created !== undefined && endMs - created.atMs >= handshakeHoldMs;
}
