import type { ExchangeWatch } from '../watch.ts';

/** A watch that also tells the types of what the client and upstream say. */
export function watchTypes(
  watch: ExchangeWatch,
  tell: (direction: 'client-in' | 'upstream-in', type: string) => void,
): ExchangeWatch {
  return {
    mark: (name) => watch.mark(name),
    session: (id) => watch.session(id),
    account: (account) => watch.account(account),
    normalised: (note) => watch.normalised(note),
    attempt: (start) => watch.attempt(start),
    frame: (direction, type, bytes, data, atMs) => {
      watch.frame(direction, type, bytes, data, atMs);
      if (direction === 'client-in' || direction === 'upstream-in') tell(direction, type);
    },
    waits: (name) => watch.waits(name),
    ownShareMs: () => watch.ownShareMs(),
    quota: (usedPercent) => watch.quota(usedPercent),
    committed: (status, headers) => watch.committed(status, headers),
    finalEvent: (facts) => watch.finalEvent(facts),
    ended: (status, error) => watch.ended(status, error),
  };
}
