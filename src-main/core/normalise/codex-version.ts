/** `0.171.0` as its three numbers; a pre-release counts as its version. Null for anything else. */
function numbersOf(version: string): readonly [major: number, minor: number, patch: number] | null {
  const found = version.match(/^(\d{1,3})\.(\d{1,4})\.(\d{1,4})(?:[-+][\w.+-]{1,30})?$/);
  return found === null ? null : [Number(found[1]), Number(found[2]), Number(found[3])];
}

/** How far a client may be ahead of the built-in version and still be believed. */
const believedMinorsAhead = 100;

/** Whether `version` is newer than `than`; false where either is no version. */
export function isNewer(version: string, than: string): boolean {
  const [a, b] = [numbersOf(version), numbersOf(than)];
  if (a === null || b === null) return false;
  return a[0] !== b[0] ? a[0] > b[0] : a[1] !== b[1] ? a[1] > b[1] : a[2] > b[2];
}

/** Three numbers of a version that can be believed beside the built-in one; null for the others, such as `0.99999.0`. */
export function believedVersion(version: string | null, builtIn: string): string | null {
  const [numbers, ours] = [version === null ? null : numbersOf(version), numbersOf(builtIn)];
  if (numbers === null || ours === null) return null;
  const isNear = numbers[0] === ours[0] ? numbers[1] <= ours[1] + believedMinorsAhead : numbers[0] <= ours[0] + 1;
  return isNear ? numbers.join('.') : null;
}

/** Where the newest version seen outlives a restart. */
export interface VersionMemory {
  read(): string | null;
  write(version: string): void;
}

/** The newest version of the official client that is known: built in, or seen of a Codex client. */
export class NewestVersion {
  readonly #builtIn: string;
  readonly #memory: VersionMemory;
  #newest: string;

  constructor(builtIn: string, memory: VersionMemory) {
    this.#builtIn = builtIn;
    this.#memory = memory;
    this.#newest = builtIn;
    const kept = believedVersion(memory.read(), builtIn);
    if (kept !== null && isNewer(kept, builtIn)) this.#newest = kept;
  }

  /** Such as `0.171.0`. */
  get version(): string {
    return this.#newest;
  }

  /** A Codex client has said its version. */
  see(version: string | null): void {
    if (version === null) return;
    const believed = believedVersion(version, this.#builtIn);
    if (believed === null || !isNewer(believed, this.#newest)) return;
    this.#newest = believed;
    this.#memory.write(believed);
  }
}
