import type { Timer } from '../ports.ts';
import type { UpstreamSocket } from './socket.ts';

/** A socket of the pool, with what it is kept for. */
export interface PooledSocket {
  readonly key: string;
  readonly accountId: string;
  /** Whether a new socket would take the way that this one was opened over. */
  readonly isOnRoute: () => boolean;
  readonly socket: UpstreamSocket;
  /** Set while the socket waits for a next turn. */
  idleTimer: Timer | null;
  lastUsedMs: number;
  /** Told of its end while no session has it; null once one has. */
  whenSpareGone: SpareGone | null;
}

/** A spare socket has closed before a session took it: by us, or by its line or the far end. */
export type SpareGone = (byUs: boolean) => void;

/** No session has it yet. */
export function isSpare({ whenSpareGone }: PooledSocket): boolean {
  return whenSpareGone !== null;
}

/** The one that was used longest ago. */
export function oldestOf(sockets: readonly PooledSocket[]): PooledSocket | undefined {
  return sockets.toSorted((a, b) => a.lastUsedMs - b.lastUsedMs)[0];
}
