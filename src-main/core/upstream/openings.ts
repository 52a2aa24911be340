import type { Acquired } from './acquired.ts';
import type { PooledSocket } from './pooled-socket.ts';

interface Opening {
  readonly dialled: Promise<Acquired>;
  isTaken: boolean;
}

/** Sockets being opened ahead of their turns, by key: a turn that comes meanwhile waits for its own instead of opening another. */
export class Openings {
  readonly #ofKey = new Map<string, Opening>();

  /**
   * Follows one to its end, and gives its socket to `release` where no turn has taken it. Null where it came to nothing and is
   * a turn's by then: what upstream said counts once. `beside`: another was under way, and is over now.
   */
  async run(
    key: string,
    dial: () => Promise<Acquired>,
    release: (pooled: PooledSocket) => void,
  ): Promise<Acquired | 'beside' | null> {
    const other = this.#ofKey.get(key);
    if (other !== undefined) {
      await other.dialled.catch(() => {});
      return 'beside';
    }
    const opening: Opening = { dialled: dial(), isTaken: false };
    this.#ofKey.set(key, opening);
    try {
      const dialled = await opening.dialled;
      if ('outcome' in dialled) return opening.isTaken && dialled.outcome.kind !== 'aborted' ? null : dialled;
      if (!opening.isTaken) release(dialled.pooled);
      return dialled;
    } finally {
      if (this.#ofKey.get(key) === opening) this.#ofKey.delete(key);
    }
  }

  /** What comes of the one under way, which is the caller's from now on. Where it fails here, whoever opens it is told of that. */
  take(key: string): Promise<Acquired> | null {
    const opening = this.#ofKey.get(key);
    if (opening === undefined) return null;
    this.#ofKey.delete(key);
    opening.isTaken = true;
    return opening.dialled.catch(() => ({ outcome: { kind: 'aborted' } }));
  }
}
