import type { RawHeaders } from '../headers.ts';
import { isJsonObject, type Json, type JsonObject, parseJsonObject, textMember } from '../json.ts';
import type { ModelLevels } from '../model-levels.ts';
import type { Clock } from '../ports.ts';
import { SingleFlight } from '../single-flight.ts';
import { requestJson } from '../upstream/json-request.ts';
import type { ProxyRoutes } from '../upstream/proxy.ts';
import bundledModels from './models.json' with { type: 'json' };

const freshForMs = 5 * 60_000;
const retryAfterMs = 30_000;
const requestTimeoutMs = 5_000;

/** Gives the base of upstream and the headers for a GET on behalf of some account; null where no account can be used. */
export type CatalogueAccess = () => { readonly baseUrl: string; readonly headers: RawHeaders } | null;

/** Tiers that a catalogue entry lists. */
export function listedTiers(entry: JsonObject): readonly string[] {
  const tiers: Json = Array.isArray(entry.service_tiers) ? entry.service_tiers : [];
  return tiers.flatMap((tier) => (isJsonObject(tier) && typeof tier.id === 'string' ? [tier.id] : []));
}

/** The models upstream offers, with their tiers: read from upstream, or the bundled list where that fails. */
export class Catalogue {
  readonly #clock: Clock;
  readonly #access: CatalogueAccess;
  readonly #clientVersion: string;
  readonly #proxies: ProxyRoutes;
  #models: readonly JsonObject[] = bundledModels.models;
  #fromUpstream: Buffer | null = null;
  #staleAtMs = Number.NEGATIVE_INFINITY;
  readonly #reading = new SingleFlight<void>();

  constructor(clock: Clock, clientVersion: string, access: CatalogueAccess, proxies: ProxyRoutes) {
    this.#clock = clock;
    this.#proxies = proxies;
    this.#clientVersion = clientVersion;
    this.#access = access;
  }

  /** Catalogue entries as far as known now, without waiting; a stale list is read again behind it. */
  models(): readonly JsonObject[] {
    if (this.#clock.monotonicMs() >= this.#staleAtMs) void this.refresh();
    return this.#models;
  }

  /** Tiers the catalogue lists for a slug; null for a slug it does not know. */
  tiersOf(slug: string): readonly string[] | null {
    const entry = this.models().find((model) => model.slug === slug);
    return entry === undefined ? null : listedTiers(entry);
  }

  /** Reasoning efforts the catalogue lists for a slug, least first; null for a slug it does not know. */
  effortsOf(slug: string): readonly string[] | null {
    const entry = this.models().find((model) => model.slug === slug);
    if (entry === undefined) return null;
    const levels: Json = Array.isArray(entry.supported_reasoning_levels) ? entry.supported_reasoning_levels : [];
    // The bundled list has names where upstream has objects.
    return levels
      .flatMap((level) => (isJsonObject(level) ? level.effort : level))
      .filter((level) => typeof level === 'string');
  }

  /** What a slug can be asked for; null for a slug it does not know. */
  levelsOf(slug: string): ModelLevels | null {
    const entry = this.models().find((model) => model.slug === slug);
    if (entry === undefined) return null;
    return {
      efforts: this.effortsOf(slug),
      hasVerbosity: entry.support_verbosity !== false,
      hasSummaries: entry.supports_reasoning_summaries !== false,
    };
  }

  /** Upstream's own answer, byte for byte, for Codex clients; null while upstream has not been read. */
  async upstreamAnswer(): Promise<Buffer | null> {
    if (this.#clock.monotonicMs() >= this.#staleAtMs) await this.refresh();
    return this.#fromUpstream;
  }

  /** Reads the catalogue once, however many ask; a failure keeps what is known. */
  refresh(): Promise<void> {
    return this.#reading.run('catalogue', () => this.#read());
  }

  async #read(): Promise<void> {
    this.#staleAtMs = this.#clock.monotonicMs() + retryAfterMs;
    const access = this.#access();
    if (access === null) return;
    const url = `${access.baseUrl}/models?client_version=${this.#clientVersion}`;
    const answer = await requestJson(
      { method: 'GET', url, headers: access.headers, timeoutMs: requestTimeoutMs },
      this.#proxies,
    );
    // What is known stays good; the next reader tries again.
    if (answer.kind !== 'answered' || answer.status !== 200) return;
    const { body } = answer;
    const models = parseJsonObject(body.toString('utf8'))?.models;
    if (!Array.isArray(models)) return;
    const entries = models.filter(isJsonObject).filter((model) => textMember(model, 'slug') !== null);
    if (entries.length === 0) return;
    this.#models = entries;
    this.#fromUpstream = body;
    this.#staleAtMs = this.#clock.monotonicMs() + freshForMs;
  }
}
