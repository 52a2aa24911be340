import type { DriftNote, LearnedName, LearnedProfile, Presence } from '../../shared/learned-profile.ts';
import type { Transport } from '../../shared/model.ts';
import { BoundedMap } from '../bounded-map.ts';
import { headerValue, type RawHeaders } from '../headers.ts';
import type { Json, JsonObject } from '../json.ts';
import { clientKind } from '../normalise/client-kind.ts';
import { believedVersion } from '../normalise/codex-version.ts';
import { defaultProfile } from '../normalise/profiles/choose.ts';
import type { Profile } from '../normalise/profiles/profile.ts';
import type { ExchangeStart, ExchangeWatch, TurnWatcher } from '../watch.ts';
import { isKnownType, type KnownNames, knownNames } from './drift.ts';
import { type Sample, sampleOf, threeNumbers } from './samples.ts';
import { watchTypes } from './watch-types.ts';

interface PassingParts {
  readonly watcher: TurnWatcher;
  readonly epochMs: () => number;
  /** What a client of this version is compared with: learned of the installed command, or built in. */
  readonly profileOf: (version: string) => Profile;
  readonly before: { readonly profiles: readonly LearnedProfile[]; readonly notes: readonly DriftNote[] };
  /** A name without anything that must not be kept. */
  readonly clean: (name: string) => string;
  readonly learned: (profile: LearnedProfile) => void;
  readonly drifted: (note: DriftNote) => void;
}

const parts = ['headers', 'fields', 'clientMetadata', 'turnMetadata'] as const;
type Part = (typeof parts)[number];
type DriftPart = 'headers' | 'fields' | 'metadata' | 'frames' | 'events';

const maxVersions = 8;
const maxNames = 100;
const maxDrifts = 20;
/** After this many turns of one version a look at every n-th is enough: what is new then will come again. */
const closeLooks = 256;
const laterEvery = 16;
/** What was always there may turn out to be there at times: looks after which the profile is written anew. */
const lookedAgain = new Set([4, 32, closeLooks]);
/** Credentials are the account's by the time a turn goes up, so what a client sends of them says nothing. */
const notLearned = new Set(['authorization', 'chatgpt-account-id', 'x-openai-account-routing-override']);

interface Seen {
  readonly counts: Record<Transport, number>;
  /** The first value, to tell whether it varies; never leaves memory. */
  value: string | null;
  varies: boolean;
}

/** Learns the shape of every Codex client that passes, by version: names, and whether values vary. Values stay where they are. */
export class PassingClients implements TurnWatcher {
  readonly #parts: PassingParts;
  readonly #versions = new BoundedMap<string, VersionSeen>(maxVersions);

  constructor(given: PassingParts) {
    this.#parts = given;
  }

  begin(start: ExchangeStart): ExchangeWatch {
    const watch = this.#parts.watcher.begin(start);
    const { parsed, dialect, isReplay = false } = start;
    if (parsed === undefined || dialect !== 'responses' || isReplay || start.kind === 'compact') return watch;
    const seen = this.#by(start.headers);
    if (seen === null) return watch;
    seen.look(start.clientTransport, start, parsed);
    return watchTypes(watch, (direction, type) => {
      if (!isKnownType(direction, type)) seen.drift(direction === 'client-in' ? 'frames' : 'events', [type]);
    });
  }

  strayFrame(headers: RawHeaders, type: string): void {
    this.#parts.watcher.strayFrame?.(headers, type);
    if (!isKnownType('client-in', type)) this.#by(headers)?.drift('frames', [type]);
  }

  /** The profile that versions are compared with has changed. */
  forgetKnown(): void {
    for (const seen of this.#versions.values()) seen.forgetKnown();
  }

  /** What is seen of the client's version; null for a client that is not Codex, or says no version that can be believed. */
  #by(headers: RawHeaders): VersionSeen | null {
    const kind = clientKind(headers);
    const said = kind.isCodex ? (headerValue(headers, 'version') ?? kind.version) : null;
    const version = believedVersion(threeNumbers(said), defaultProfile.version);
    return version === null ? null : this.#of(version);
  }

  #of(version: string): VersionSeen {
    const before = this.#versions.get(version);
    if (before !== undefined) return before;
    const seen = new VersionSeen(version, this.#parts);
    this.#versions.set(version, seen);
    return seen;
  }
}

class VersionSeen {
  readonly #version: string;
  readonly #parts: PassingParts;
  readonly #names: Readonly<Record<Part, Map<string, Seen>>>;
  readonly #turns: Record<Transport, number> = { ws: 0, http: 0 };
  #known: KnownNames | null = null;
  #note: DriftNote | null;
  #looks = 0;

  constructor(version: string, given: PassingParts) {
    this.#version = version;
    this.#parts = given;
    const kept = given.before.profiles.find((each) => each.version === version && each.source === 'traffic');
    const namesOf = (part: Part) => new Map((kept?.[part] ?? []).map((each) => [each.name, seenBefore(each)]));
    this.#names = {
      headers: namesOf('headers'),
      fields: namesOf('fields'),
      clientMetadata: namesOf('clientMetadata'),
      turnMetadata: namesOf('turnMetadata'),
    };
    for (const transport of ['ws', 'http'] as const)
      if (kept !== undefined && [...kept.headers, ...kept.fields].some(({ on }) => on[transport] !== 'unseen'))
        this.#turns[transport] = 2;
    this.#note = given.before.notes.find((each) => each.version === version) ?? null;
  }

  /** Looks at one turn; costs a few lookups of names where nothing is new. */
  look(transport: Transport, start: ExchangeStart, body: JsonObject): void {
    this.#looks += 1;
    if (this.#looks > closeLooks && this.#looks % laterEvery !== 0) return;
    const sample = sampleOf(transport, start.headers, body);
    this.#turns[transport] += 1;
    let isNew = this.#turns[transport] === 1 || lookedAgain.has(this.#looks);
    for (const part of parts) isNew = this.#take(part, transport, sample) || isNew;
    if (isNew) this.#parts.learned(this.#profile());
    this.#compare(sample);
  }

  forgetKnown(): void {
    this.#known = null;
  }

  /** Names that the version's profile does not know. */
  drift(part: DriftPart, names: readonly string[]): void {
    const before = this.#note?.[part] ?? [];
    const fresh = names
      .filter((name) => !before.includes(name) && this.#isKept(name))
      .slice(0, maxDrifts - before.length);
    if (fresh.length === 0) return;
    const empty = { headers: [], fields: [], metadata: [], frames: [], events: [] };
    const profile = this.#parts.profileOf(this.#version).id;
    this.#note = {
      ...empty,
      ...this.#note,
      version: this.#version,
      profile,
      at: Math.round(this.#parts.epochMs()),
      dismissed: false,
      [part]: [...before, ...fresh].toSorted(),
    };
    this.#parts.drifted(this.#note);
  }

  #compare({ headers, fields, clientMetadata, turnMetadata }: Sample): void {
    this.#known ??= knownNames(this.#parts.profileOf(this.#version));
    const known = this.#known;
    const strange = (names: Iterable<string>, set: ReadonlySet<string>) => [...names].filter((name) => !set.has(name));
    this.drift('headers', strange(headers.keys(), known.headers));
    this.drift('fields', strange(fields.keys(), known.fields));
    this.drift('metadata', strange([...clientMetadata.keys(), ...turnMetadata.keys()], known.metadata));
  }

  #isKept(name: string): boolean {
    return /^[A-Za-z0-9][\w.-]{0,63}$/.test(name) && this.#parts.clean(name) === name;
  }

  /** Whether anything of the part was new. */
  #take(part: Part, transport: Transport, sample: Sample): boolean {
    const names = this.#names[part];
    let isNew = false;
    for (const [name, value] of sample[part]) {
      const seen = names.get(name);
      if (seen === undefined) {
        if (names.size >= maxNames || notLearned.has(name) || !this.#isKept(name)) continue;
        names.set(name, { counts: { ws: 0, http: 0, [transport]: 1 }, value: fingerprint(value), varies: false });
        isNew = true;
        continue;
      }
      isNew ||= seen.counts[transport] === 0;
      seen.counts[transport] += 1;
      if (seen.varies) continue;
      const now = fingerprint(value);
      seen.value ??= now;
      if (seen.value === now) continue;
      seen.varies = true;
      isNew = true;
    }
    return isNew;
  }

  #profile(): LearnedProfile {
    const presence = (seen: Seen, transport: Transport): Presence => {
      const turns = this.#turns[transport];
      if (turns === 0) return 'unseen';
      const count = seen.counts[transport];
      return count === 0 ? 'never' : count >= turns ? 'always' : 'sometimes';
    };
    const listed = (part: Part): LearnedName[] =>
      [...this.#names[part]].map(([name, seen]) => ({
        name,
        on: { ws: presence(seen, 'ws'), http: presence(seen, 'http') },
        value: seen.varies ? 'varies' : 'same',
        fill: null,
      }));
    return {
      version: this.#version,
      source: 'traffic',
      learnedAt: Math.round(this.#parts.epochMs()),
      originator: null,
      userAgent: null,
      websocketBeta: null,
      betaFeatures: null,
      acceptEncoding: null,
      bodyEncoding: null,
      headers: listed('headers'),
      fields: listed('fields'),
      clientMetadata: listed('clientMetadata'),
      turnMetadata: listed('turnMetadata'),
    };
  }
}

/** Enough of a value to tell it from another at no cost, however large it is. */
function fingerprint(value: Json): string {
  if (typeof value === 'string') return `"${value.slice(0, 256)}`;
  if (typeof value !== 'object' || value === null) return String(value);
  return Array.isArray(value) ? `[${value.length}` : `{${Object.keys(value).slice(0, 32).join()}`;
}

/** A name of before a restart: its value is not known any more, whether it varies is. */
function seenBefore({ on, value }: LearnedName): Seen {
  const count = (presence: Presence) => (presence === 'always' ? 2 : presence === 'sometimes' ? 1 : 0);
  return { counts: { ws: count(on.ws), http: count(on.http) }, value: null, varies: value === 'varies' };
}
