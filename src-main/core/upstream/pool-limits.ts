/** Limits of one account, and of all. */
export interface PoolLimits {
  readonly socketsPerAccount: number;
  readonly idlePerAccount: number;
  /** How long a turn waits for a socket when its account has none to spare. */
  readonly waitMs: number;
  readonly idleMs: number;
  readonly oneOffIdleMs: number;
  /** Since somebody last asked for one of its kind. */
  readonly spareIdleMs: number;
  readonly maxAgeMs: number;
}

export const defaultPoolLimits: PoolLimits = {
  socketsPerAccount: 64,
  idlePerAccount: 8,
  waitMs: 30_000,
  idleMs: 5 * 60_000,
  oneOffIdleMs: 60_000,
  spareIdleMs: 3 * 60_000,
  // Upstream ends sockets at 60 min.
  maxAgeMs: 55 * 60_000,
};
