import { BoundedMap } from '../bounded-map.ts';
import type { RawHeaders } from '../headers.ts';
import { isJsonObject, type Json, type JsonObject, textMember } from '../json.ts';
import { answerObject } from '../json-answer.ts';
import type { ModelLevels } from '../model-levels.ts';
import type { Clock } from '../ports.ts';
import { SingleFlight } from '../single-flight.ts';
import { requestJson } from '../upstream/json-request.ts';
import type { ProxyRoutes } from '../upstream/proxy.ts';
import bundledModels from './models.json' with { type: 'json' };

const freshForMs = 5 * 60_000;
const retryAfterMs = 30_000;
const requestTimeoutMs = 5_000;

/** What a client can ask for, and a terminal show. */
const slugForm = /^[\x21-\x7e]{1,200}$/;

/** Versions that the list is kept for, our own among them. */
const keptVersions = 8;

/** Versions that are met within the time a list is fresh: nobody has more of them, and each costs a question. */
const metVersions = 8;

/** Base of upstream and headers for a GET of some account's client of that version; null where no account can be used. */
export type CatalogueAccess = (
  version: string,
) => { readonly baseUrl: string; readonly headers: RawHeaders; readonly accountId: string } | null;

/** Every turn asks for those of the same few. */
const knownTiers = new WeakMap<JsonObject, readonly string[]>();
const knownEfforts = new WeakMap<JsonObject, readonly string[]>();

/** Tiers that a catalogue entry lists. */
export function listedTiers(entry: JsonObject): readonly string[] {
  const known = knownTiers.get(entry);
  if (known !== undefined) return known;
  const tiers: Json = Array.isArray(entry.service_tiers) ? entry.service_tiers : [];
  const ids = tiers.flatMap((tier) => (isJsonObject(tier) && typeof tier.id === 'string' ? [tier.id] : []));
  knownTiers.set(entry, ids);
  return ids;
}

/** Reasoning efforts that a catalogue entry lists, least first. */
export function listedEfforts(entry: JsonObject): readonly string[] {
  const known = knownEfforts.get(entry);
  if (known !== undefined) return known;
  const levels: Json = Array.isArray(entry.supported_reasoning_levels) ? entry.supported_reasoning_levels : [];
  // The bundled list has names where upstream has objects.
  const efforts = levels
    .map((level) => (isJsonObject(level) ? level.effort : level))
    .filter((level) => typeof level === 'string');
  knownEfforts.set(entry, efforts);
  return efforts;
}

/** Upstream's answer to clients of one version. */
interface ModelList {
  models: readonly JsonObject[] | null;
  answer: Buffer | null;
  staleAtMs: number;
}

/** The models upstream offers, with their tiers: read from upstream, or the bundled list where that fails. */
export class Catalogue {
  readonly #clock: Clock;
  readonly #access: CatalogueAccess;
  readonly #ownVersion: () => string;
  readonly #proxies: ProxyRoutes;
  readonly #lists = new BoundedMap<string, ModelList>(keptVersions);
  #lastAsked = '';
  #metAtMs: readonly number[] = [];
  #models: readonly JsonObject[] = bundledModels.models;
  #indexed: readonly JsonObject[] = [];
  #bySlug: ReadonlyMap<Json | undefined, JsonObject> = new Map();
  readonly #reading = new SingleFlight<void>();

  /** `ownVersion` is the client version that Slipstream asks with for its own needs; it may grow. */
  constructor(clock: Clock, ownVersion: () => string, access: CatalogueAccess, proxies: ProxyRoutes) {
    this.#clock = clock;
    this.#proxies = proxies;
    this.#ownVersion = ownVersion;
    this.#access = access;
  }

  /** Catalogue entries as far as known now, without waiting; a stale list is read again behind it. */
  models(): readonly JsonObject[] {
    const list = this.#listOf(this.#ownVersion());
    if (this.#isStale(list)) void this.refresh();
    // Until a newer version's list is read, the last one holds.
    if (list.models !== null) this.#models = list.models;
    return this.#models;
  }

  /** Tiers the catalogue lists for a slug; null for a slug it does not know. */
  tiersOf(slug: string): readonly string[] | null {
    const entry = this.#entryOf(slug);
    return entry === undefined ? null : listedTiers(entry);
  }

  /** Reasoning efforts the catalogue lists for a slug, least first; null for a slug it does not know. */
  effortsOf(slug: string): readonly string[] | null {
    const entry = this.#entryOf(slug);
    return entry === undefined ? null : listedEfforts(entry);
  }

  /** What a slug can be asked for; null for a slug it does not know. */
  levelsOf(slug: string): ModelLevels | null {
    const entry = this.#entryOf(slug);
    if (entry === undefined) return null;
    return {
      efforts: listedEfforts(entry),
      hasVerbosity: entry.support_verbosity !== false,
      hasSummaries: entry.supports_reasoning_summaries !== false,
    };
  }

  /**
   * Upstream's own answer to a client of that version, byte for byte; null while it has not been read. Where ever new versions
   * are named, it is the answer to ours.
   */
  async upstreamAnswer(asked: string): Promise<Buffer | null> {
    const version = this.#mayMeet(asked) ? asked : this.#ownVersion();
    if (this.#isStale(this.#listOf(version))) await this.#reading.run(version, () => this.#read(version));
    // Another may be reading it for the first time.
    else await this.#reading.idle(version);
    return this.#listOf(version).answer;
  }

  /** Reads the catalogue of our own version once, however many ask; a failure keeps what is known. */
  refresh(): Promise<void> {
    const version = this.#ownVersion();
    return this.#reading.run(version, () => this.#read(version));
  }

  /** Every turn asks, for one of a few. */
  #entryOf(slug: string): JsonObject | undefined {
    const models = this.models();
    // Of several with one name the first has the say.
    if (this.#indexed !== models) this.#bySlug = new Map(models.toReversed().map((model) => [model.slug, model]));
    this.#indexed = models;
    return this.#bySlug.get(slug);
  }

  #mayMeet(version: string): boolean {
    if (this.#lists.has(version)) return true;
    const nowMs = this.#clock.monotonicMs();
    this.#metAtMs = this.#metAtMs.filter((atMs) => nowMs - atMs < freshForMs);
    if (this.#metAtMs.length >= metVersions) return false;
    this.#metAtMs = [...this.#metAtMs, nowMs];
    return true;
  }

  #isStale(list: ModelList): boolean {
    return this.#clock.monotonicMs() >= list.staleAtMs;
  }

  /** The list of a version, newest asked last; the longest unasked one makes room. */
  #listOf(version: string): ModelList {
    const known = this.#lists.get(version);
    if (known !== undefined && version === this.#lastAsked) return known;
    const list = known ?? { models: null, answer: null, staleAtMs: Number.NEGATIVE_INFINITY };
    this.#lists.renew(version, list);
    this.#lastAsked = version;
    return list;
  }

  async #read(version: string): Promise<void> {
    this.#listOf(version).staleAtMs = this.#clock.monotonicMs() + retryAfterMs;
    const access = this.#access(version);
    if (access === null) return;
    const url = `${access.baseUrl}/models?client_version=${encodeURIComponent(version)}`;
    const answer = await requestJson(
      { method: 'GET', url, headers: access.headers, accountId: access.accountId, timeoutMs: requestTimeoutMs },
      this.#proxies,
    );
    // What is known stays good; the next reader tries again.
    if (answer.kind !== 'answered' || answer.status !== 200) return;
    const { body } = answer;
    const models = answerObject(body)?.models;
    if (!Array.isArray(models)) return;
    const entries = models.filter(isJsonObject).filter((model) => slugForm.test(textMember(model, 'slug') ?? ''));
    if (entries.length === 0) return;
    const list = this.#listOf(version);
    list.models = entries;
    list.answer = body;
    list.staleAtMs = this.#clock.monotonicMs() + freshForMs;
  }
}
