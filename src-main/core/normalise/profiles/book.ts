import type { LearnedProfile, ProfileChoice } from '../../../shared/learned-profile.ts';
import { isNewer } from '../codex-version.ts';
import { defaultProfile, profileFor, profileNamed } from './choose.ts';
import { learnedId, profileOf } from './learned.ts';
import type { Profile } from './profile.ts';

interface BookParts {
  /** The highest version of the official client known. */
  readonly newestVersion: () => string;
  readonly choice: () => ProfileChoice;
  /** What was learned on this machine; the list is another one whenever something of it changes. */
  readonly learned: () => readonly LearnedProfile[];
}

/** Of one version, what the installed command showed goes before what passed. */
function preferred(a: LearnedProfile, b: LearnedProfile): LearnedProfile {
  if (a.version !== b.version) return isNewer(b.version, a.version) ? b : a;
  return a.source === 'cli' ? a : b;
}

/** Every profile there is, built in and learned: which one shapes whose turns, and which one a trace is compared with. */
export class ProfileBook {
  readonly #parts: BookParts;
  #list: readonly LearnedProfile[] = [];
  #byId = new Map<string, Profile>();

  constructor(parts: BookParts) {
    this.#parts = parts;
  }

  /** For a Codex client: learned of its very version, otherwise the built-in one that is nearest. */
  forCodex(version: string | null): Profile {
    const profiles = this.#profiles();
    const of = (source: LearnedProfile['source']) =>
      version === null ? undefined : profiles.get(learnedId({ version, source }));
    return of('cli') ?? of('traffic') ?? profileFor(version);
  }

  /** What a Codex client's own requests are held against, to see what is new of it: never what was seen of itself. */
  knownFor(version: string): Profile {
    return this.#profiles().get(learnedId({ version, source: 'cli' })) ?? profileFor(version);
  }

  /**
   * For clients that are not Codex: the user's choice, under the newest version known. One that is older than the built-in
   * profile was chosen on purpose and keeps its own version.
   */
  forOthers(): Profile {
    const chosen = this.#chosen();
    if (isNewer(defaultProfile.version, chosen.version)) return chosen;
    const newest = this.#parts.newestVersion();
    return isNewer(newest, chosen.version) ? { ...chosen, version: newest } : chosen;
  }

  /** Whether a profile was made of this learned one. */
  isOf(profile: Profile, learned: LearnedProfile): boolean {
    return profile.id === learnedId(learned);
  }

  /** The profile of a name in traces; null for one that is no more. */
  named(id: string): Profile | null {
    return profileNamed(id) ?? this.#profiles().get(id) ?? null;
  }

  #chosen(): Profile {
    const choice = this.#parts.choice();
    if (choice === 'built-in') return defaultProfile;
    const profiles = this.#profiles();
    const candidates = choice === 'newest' ? this.#list : this.#list.filter(({ version }) => version === choice);
    const [first, ...others] = candidates;
    if (first === undefined) return defaultProfile;
    const best = others.reduce(preferred, first);
    if (choice === 'newest' && isNewer(defaultProfile.version, best.version)) return defaultProfile;
    return profiles.get(learnedId(best)) ?? defaultProfile;
  }

  #profiles(): Map<string, Profile> {
    const list = this.#parts.learned();
    if (list !== this.#list) {
      this.#list = list;
      this.#byId = new Map(list.map((learned) => [learnedId(learned), profileOf(learned)]));
    }
    return this.#byId;
  }
}

const nothing: readonly LearnedProfile[] = [];

/** The built-in profiles alone, under the built-in version. */
export const builtInBook = new ProfileBook({
  newestVersion: () => defaultProfile.version,
  choice: () => 'built-in',
  learned: () => nothing,
});
