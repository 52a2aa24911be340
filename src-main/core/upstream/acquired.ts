import type { RawHeaders } from '../headers.ts';
import type { AttemptOutcome } from './attempt.ts';
import type { PooledSocket } from './pooled-socket.ts';

/** What a turn gets of the pool: a socket, or the outcome that stands for one. */
export type Acquired =
  | { readonly pooled: PooledSocket; readonly reused: boolean; readonly wasSpare: boolean }
  | { readonly outcome: AttemptOutcome };

export const poolFull: Acquired = { outcome: { kind: 'pool-full' } };

/** What upstream would do with a frame over its limit, less its upload and the end of the socket. */
export const tooBig: AttemptOutcome = {
  kind: 'dropped',
  closeCode: 1009,
  reason: 'the frame is over the size that upstream announced',
};

/** A socket that waits for a turn, with upstream's answer to its upgrade. */
export interface WarmSocket {
  readonly headers: RawHeaders;
  readonly reused: boolean;
}
