import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { DriftNote, LearnedProfile } from '../../shared/learned-profile.ts';
import type { JsonObject } from '../json.ts';
import { isNewer } from '../normalise/codex-version.ts';
import type { Clock, Logger, Timer } from '../ports.ts';
import { openStateFile, type StateFile, type StateFileHost } from '../state-file.ts';

/** Of each source; the oldest versions go first. */
const maxProfiles = 8;
const maxNotes = 16;
const maxFileBytes = 2 * 1024 * 1024;
/** What passes comes in bursts; one write takes them all. */
const writeDelayMs = 2_000;
const format = 1;

const File = z.object({ profiles: z.array(z.unknown()), notes: z.array(z.unknown()) });

interface StoreParts extends StateFileHost {
  readonly clock: Clock;
  readonly log: Logger;
  readonly changed: () => void;
}

const keyOf = ({ version, source }: Pick<LearnedProfile, 'version' | 'source'>) => `${version} ${source}`;
const newestFirst = (a: { readonly version: string }, b: { readonly version: string }) =>
  isNewer(a.version, b.version) ? -1 : isNewer(b.version, a.version) ? 1 : 0;

/** What was learned, in one file of the data folder. What the file holds is believed no further than its schema. */
export class LearnedStore {
  readonly #parts: StoreParts;
  readonly #file: StateFile;
  #profiles: readonly LearnedProfile[] = [];
  #notes: readonly DriftNote[] = [];
  #timer: Timer | null = null;

  constructor(parts: StoreParts) {
    this.#parts = parts;
    const about = { kind: 'learned', version: format, versionMember: 'format', maxBytes: maxFileBytes } as const;
    this.#file = openStateFile({ ...parts, ...about });
    if (this.#file.content !== null) this.#read(this.#file.content);
  }

  /** Newest version first; another list whenever something of it changes. */
  get profiles(): readonly LearnedProfile[] {
    return this.#profiles;
  }

  /** Newest version first. */
  get notes(): readonly DriftNote[] {
    return this.#notes;
  }

  /** Keeps a profile in place of the one of the same version and source, and writes it soon. */
  put(profile: LearnedProfile): void {
    const others = this.#profiles.filter((each) => keyOf(each) !== keyOf(profile));
    this.#profiles = bounded([...others, profile]);
    this.#changed();
  }

  /** Keeps a version's note in place of the one before. */
  putNote(note: DriftNote): void {
    const others = this.#notes.filter(({ version }) => version !== note.version);
    this.#notes = [...others, note].toSorted(newestFirst).slice(0, maxNotes);
    this.#changed();
  }

  /** Writes what waits. Never throws: it is learned again from what passes. */
  flush(): void {
    if (this.#timer === null) return;
    this.#timer.cancel();
    this.#timer = null;
    if (this.#file.leftAlone !== null) return;
    const text = JSON.stringify({ format, profiles: this.#profiles, notes: this.#notes });
    try {
      writeFileAtomic.sync(this.#file.path, `${text}\n`, { mode: 0o600 });
    } catch (error) {
      this.#parts.log.warn('What was learned of Codex clients could not be written.', { error });
    }
  }

  #changed(): void {
    this.#timer ??= this.#parts.clock.after(writeDelayMs, () => this.flush());
    this.#parts.changed();
  }

  #read(file: JsonObject): void {
    const parsed = File.safeParse(file);
    const profiles = (parsed.data?.profiles ?? []).flatMap((each) => LearnedProfile.safeParse(each).data ?? []);
    const notes = (parsed.data?.notes ?? []).flatMap((each) => DriftNote.safeParse(each).data ?? []);
    const found = parsed.data === undefined ? null : parsed.data.profiles.length + parsed.data.notes.length;
    if (found !== profiles.length + notes.length) this.#file.keepCopy();
    this.#profiles = bounded([...new Map(profiles.map((each) => [keyOf(each), each])).values()]);
    this.#notes = [...new Map(notes.map((each) => [each.version, each])).values()]
      .toSorted(newestFirst)
      .slice(0, maxNotes);
  }
}

function bounded(profiles: readonly LearnedProfile[]): LearnedProfile[] {
  const of = (source: LearnedProfile['source']) =>
    profiles
      .filter((each) => each.source === source)
      .toSorted(newestFirst)
      .slice(0, maxProfiles);
  return [...of('cli'), ...of('traffic')].toSorted(newestFirst);
}
