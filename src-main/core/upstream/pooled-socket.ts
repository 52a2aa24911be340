import type { Clock, Timer } from '../ports.ts';
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

/** Nothing happens on it, so that it may be closed or taken. */
export function isIdle({ idleTimer, socket }: PooledSocket): boolean {
  return idleTimer !== null && !socket.isBusy;
}

/** Lets a socket wait for a next turn for so long, and for as long again where upstream answers on it by itself. */
export function keepFor(pooled: PooledSocket, keptMs: number, clock: Clock): void {
  pooled.idleTimer = clock.after(keptMs, () => {
    if (pooled.socket.isBusy) keepFor(pooled, keptMs, clock);
    else pooled.socket.close();
  });
}

/** No session has it yet. */
export function isSpare({ whenSpareGone }: PooledSocket): boolean {
  return whenSpareGone !== null;
}

/** The one that was used longest ago. */
export function oldestOf(sockets: readonly PooledSocket[]): PooledSocket | undefined {
  return sockets.toSorted((a, b) => a.lastUsedMs - b.lastUsedMs)[0];
}
