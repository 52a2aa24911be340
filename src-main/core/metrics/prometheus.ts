import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { AccountView } from '../../shared/account-model.ts';
import { BoundedLabel, otherLabel } from './labels.ts';
import type { WatchedTurn } from './watched-turn.ts';

const maxClients = 30;
const maxModels = 50;
const maxTiers = 20;
const maxKeys = 200;
/** Of a turn, in seconds: from a prewarm to the longest. */
const turnBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120, 300, 900];
const ownBuckets = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2, 10];

/** What is so at the moment of a look. */
export interface MomentFacts {
  readonly runningTurns: number;
  readonly upstreamSockets: number;
  readonly accounts: readonly AccountView[];
}

/** Counts turns for Prometheus. One look at it costs a text; nothing is sent anywhere. */
export class TurnMetrics {
  readonly contentType: string;
  readonly #registry = new Registry();
  readonly #moment: () => MomentFacts;
  readonly #clients = new BoundedLabel(maxClients);
  readonly #models = new BoundedLabel(maxModels);
  readonly #tiers = new BoundedLabel(maxTiers);
  readonly #keys = new BoundedLabel(maxKeys);
  readonly #turns = this.#counter('turns', 'Turns that have ended.', [
    'kind',
    'dialect',
    'model',
    'tier',
    'transport',
    'status',
  ]);
  readonly #byClient = this.#counter('client_turns', 'Turns that have ended, by the program that asked.', [
    'client',
    'status',
  ]);
  readonly #byKey = this.#counter('key_turns', 'Turns that have ended, by the API key.', ['key', 'status']);
  readonly #attempts = this.#counter('attempts', 'Tries upstream.', ['transport', 'outcome']);
  readonly #tokens = this.#counter(
    'tokens',
    'Tokens as upstream counts them; cached are part of input, reasoning of output.',
    ['model', 'kind'],
  );
  readonly #keyTokens = this.#counter('key_tokens', 'Input and output tokens by the API key.', ['key']);
  readonly #duration = this.#histogram(
    'turn_duration_seconds',
    'From accept to the last byte.',
    ['transport', 'tier'],
    turnBuckets,
  );
  readonly #firstToken = this.#histogram(
    'first_token_seconds',
    'From accept to the first token, reasoning included.',
    ['transport', 'tier'],
    turnBuckets,
  );
  readonly #toSent = this.#histogram(
    'request_sent_seconds',
    'From the whole request to its last try upstream.',
    [],
    ownBuckets,
  );
  readonly #running = this.#gauge('running_turns', 'Turns that run.', []);
  readonly #sockets = this.#gauge('upstream_sockets', 'Open upstream websockets.', []);
  readonly #accounts = this.#gauge('accounts', 'Accounts by state.', ['state']);
  readonly #used = this.#gauge('account_used_ratio', "Used share of an account's window, 0 to 1.", [
    'account',
    'window',
  ]);

  constructor(version: string, moment: () => MomentFacts) {
    this.#moment = moment;
    this.contentType = this.#registry.contentType;
    this.#gauge('build_info', 'The version that runs.', ['version']).set({ version }, 1);
    new Gauge({
      name: 'process_resident_memory_bytes',
      help: 'Resident memory of the process.',
      registers: [this.#registry],
      collect() {
        this.set(process.memoryUsage.rss());
      },
    });
    new Gauge({
      name: 'process_start_time_seconds',
      help: 'When the process started, Unix seconds.',
      registers: [this.#registry],
    }).set(Math.round(performance.timeOrigin / 1000));
  }

  /** Takes a turn into account. */
  note(turn: WatchedTurn): void {
    const { kind, dialect, status, usage, note, attempts } = turn;
    const last = attempts.at(-1);
    // A model that the catalogue lacks is whatever a client wrote.
    const model = note === null || note.modelHasTier === null ? otherLabel : this.#models.of(note.model);
    // So is a tier for such a model, which Codex is taken at its word for.
    const tier = note?.tierSent == null ? 'standard' : this.#tiers.of(note.tierSent);
    const transport = last?.transport ?? 'none';
    this.#turns.inc({ kind, dialect, model, tier, transport, status });
    this.#byClient.inc({ client: this.#clients.of(withoutVersion(turn.client)), status });
    const key = turn.keyName === null ? null : this.#keys.of(turn.keyName);
    if (key !== null) this.#byKey.inc({ key, status });
    for (const attempt of attempts) this.#attempts.inc({ transport: attempt.transport, outcome: outcomeOf(attempt) });
    if (kind === 'turn') {
      this.#duration.observe({ transport, tier }, turn.totalMs / 1000);
      if (turn.firstTokenMs !== null) this.#firstToken.observe({ transport, tier }, turn.firstTokenMs / 1000);
      if (turn.ownMs !== null) this.#toSent.observe(turn.ownMs / 1000);
    }
    if (usage === null) return;
    const { inputTokens, cachedTokens, outputTokens, reasoningTokens } = usage;
    const counted = { input: inputTokens, cached: cachedTokens, output: outputTokens, reasoning: reasoningTokens };
    for (const [name, tokens] of Object.entries(counted)) {
      if (tokens > 0) this.#tokens.inc({ model, kind: name }, tokens);
    }
    if (key !== null && inputTokens + outputTokens > 0) this.#keyTokens.inc({ key }, inputTokens + outputTokens);
  }

  /** All of it in Prometheus's text format. */
  text(): Promise<string> {
    const { runningTurns, upstreamSockets, accounts } = this.#moment();
    this.#running.set(runningTurns);
    this.#sockets.set(upstreamSockets);
    this.#accounts.reset();
    this.#used.reset();
    for (const { id, state, usage } of accounts) {
      this.#accounts.inc({ state });
      const windows = { primary: usage?.primary, secondary: usage?.secondary };
      for (const [name, window] of Object.entries(windows)) {
        if (window) this.#used.set({ account: id, window: name }, window.usedPercent / 100);
      }
    }
    return this.#registry.metrics();
  }

  #counter<T extends string>(name: string, help: string, labelNames: readonly T[]): Counter<T> {
    return new Counter({
      name: `slipstream_${name}_total`,
      help,
      labelNames: [...labelNames],
      registers: [this.#registry],
    });
  }

  #gauge<T extends string>(name: string, help: string, labelNames: readonly T[]): Gauge<T> {
    return new Gauge({ name: `slipstream_${name}`, help, labelNames: [...labelNames], registers: [this.#registry] });
  }

  #histogram<T extends string>(name: string, help: string, labelNames: readonly T[], buckets: number[]): Histogram<T> {
    const registers = [this.#registry];
    return new Histogram({ name: `slipstream_${name}`, help, labelNames: [...labelNames], buckets, registers });
  }
}

/** A version a label would be another series with each update. */
function withoutVersion(label: string): string {
  return label.replace(/ v?\d[^ ]*$/, '');
}

function outcomeOf({
  errorCode,
  status,
}: {
  readonly errorCode: string | null;
  readonly status: number | null;
}): string {
  if (errorCode === null) return 'ok';
  return status !== null && status >= 300 ? `status_${Math.floor(status / 100)}xx` : 'broken';
}
