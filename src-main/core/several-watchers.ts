import type { AttemptWatch, ExchangeWatch, TurnWatcher } from './watch.ts';

/** Tells several watchers the same; who watches is asked anew for each exchange. One that throws keeps nothing from the others. */
export function severalWatchers(watchers: () => readonly TurnWatcher[]): TurnWatcher {
  return {
    begin: (start) => {
      const now = watchers();
      const [only] = now;
      if (only !== undefined && now.length === 1) return only.begin(start);
      return severalExchanges(everyOf(now, (watcher) => watcher.begin(start)));
    },
    strayFrame: (headers, type) => void everyOf(watchers(), (watcher) => watcher.strayFrame?.(headers, type)),
  };
}

function severalExchanges(all: readonly ExchangeWatch[]): ExchangeWatch {
  const every = (tell: (watch: ExchangeWatch) => void): void => void everyOf(all, tell);
  return {
    mark: (name) => every((watch) => watch.mark(name)),
    session: (id) => every((watch) => watch.session(id)),
    account: (account) => every((watch) => watch.account(account)),
    normalised: (note) => every((watch) => watch.normalised(note)),
    attempt: (start) => severalAttempts(everyOf(all, (watch) => watch.attempt(start))),
    frame: (...frame) => every((watch) => watch.frame(...frame)),
    waits: (name) => {
      const over = everyOf(all, (watch) => watch.waits(name));
      return () => void everyOf(over, (end) => end());
    },
    ownShareMs: () => everyOf(all, (watch) => watch.ownShareMs()).find((share) => share !== null) ?? null,
    quota: (usedPercent) => every((watch) => watch.quota(usedPercent)),
    committed: (status, headers) => every((watch) => watch.committed(status, headers)),
    finalEvent: (facts) => every((watch) => watch.finalEvent(facts)),
    ended: (status, error) => every((watch) => watch.ended(status, error)),
  };
}

function severalAttempts(all: readonly AttemptWatch[]): AttemptWatch {
  const every = (tell: (watch: AttemptWatch) => void): void => void everyOf(all, tell);
  return {
    connected: (info) => every((watch) => watch.connected(info)),
    ready: (info) => every((watch) => watch.ready(info)),
    sent: () => every((watch) => watch.sent()),
    ended: (end) => every((watch) => watch.ended(end)),
  };
}

/** Does it to each; what the first of them threw is thrown once all were told. */
function everyOf<T, R>(all: readonly T[], tell: (each: T) => R): R[] {
  const answers: R[] = [];
  let failure: { readonly thrown: unknown } | null = null;
  for (const each of all) {
    try {
      answers.push(tell(each));
    } catch (thrown) {
      failure ??= { thrown };
    }
  }
  // With answers there is something to go on with: who calls gets what the others said.
  if (failure !== null && answers.length === 0) throw failure.thrown;
  return answers;
}
