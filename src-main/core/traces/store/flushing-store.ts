import type { TraceStore } from './trace-store.ts';

/** The store as it is asked: what has ended until now is in every answer. */
export function flushing(store: TraceStore, flush: () => void): TraceStore {
  const after =
    <A extends unknown[], R>(work: (...input: A) => R) =>
    (...input: A): R => {
      flush();
      return work(...input);
    };
  return {
    add: (exchange) => store.add(exchange),
    query: after((query) => store.query(query)),
    detail: after((id) => store.detail(id)),
    payloads: after((id) => store.payloads(id)),
    mark: after((id, mark) => store.mark(id, mark)),
    markOf: after((id) => store.markOf(id)),
    choices: after(() => store.choices()),
    sessions: after((query) => store.sessions(query)),
    session: after((query) => store.session(query)),
    latency: after((query) => store.latency(query)),
    passiveTurns: after((filter) => store.passiveTurns(filter)),
    usage: after((range) => store.usage(range)),
    quotaReadings: after((sinceMs) => store.quotaReadings(sinceMs)),
    saveExperiment: (experiment) => store.saveExperiment(experiment),
    experiments: () => store.experiments(),
    state: after(() => store.state()),
    setLimits: (limits) => store.setLimits(limits),
    clear: after(() => store.clear()),
    close: () => store.close(),
  };
}
