import { join } from 'node:path';
import { Listeners } from '../shared/listeners.ts';
import { tell } from '../shared/words/told.ts';
import type { Told } from '../shared/words/told-text.ts';
import { namesIn } from './plain-file.ts';

/** Every kind of file that outlives a run, beside the settings: where it is in the data folder. Each has its own meaning in the catalogue. */
export const stateFiles = {
  coins: 'coins.json',
  sessions: 'sessions.json',
  learned: 'learned-profiles.json',
  browsers: 'browsers.json',
  keys: 'keys.json',
  accounts: 'accounts/*.json',
  clients: 'clients/*.json',
} as const;
export type StateFileKind = keyof typeof stateFiles;

/** Why a file is of no use and still in its place: `damaged` where it could not be put aside, or is not yet. */
export type FileTrouble = { readonly why: 'newer' | 'damaged' } | { readonly why: 'refused'; readonly cause: Told };

const asideName = /^(?<name>.+\.json)\.(?:damaged|left)-\w+$/;

/**
 * What cannot be read of the files of a data folder, what was done instead, and what to do: as texts that are told. A copy
 * that was put aside counts for as long as it is there.
 */
export class FileTroubles {
  readonly #dataDir: string;
  readonly #noted = new Map<string, Told>();
  readonly #listeners: Listeners;
  #ofFolder: Told | null = null;

  constructor(dataDir: string, log: ConstructorParameters<typeof Listeners>[0]) {
    this.#dataDir = dataDir;
    this.#listeners = new Listeners(log);
  }

  /** A file cannot be used and was left where it is. Returns the text. */
  note(kind: StateFileKind, path: string, trouble: FileTrouble): Told {
    const meaning = tell(`problems.meaning.${kind}`);
    const text =
      trouble.why === 'refused'
        ? tell('problems.file.refused', { path, why: trouble.cause, meaning })
        : tell(`problems.file.${trouble.why}`, { path, meaning });
    this.#noted.set(path, text);
    this.#listeners.tell();
    return text;
  }

  /** What is wrong with the folder itself; null once nothing is. */
  noteFolder(problem: Told | null): void {
    this.#ofFolder = problem;
    this.#listeners.tell();
  }

  /** Something was put aside as this copy. Returns the text. */
  noteAside(kind: StateFileKind, path: string, aside: string): Told {
    this.#noted.delete(path);
    this.#listeners.tell();
    return asideText(kind, path, aside);
  }

  /** For people: of the folder first, then of its files, sorted. */
  list(): readonly Told[] {
    const kinds = Object.keys(stateFiles) as StateFileKind[];
    const ofFiles = [...this.#noted.values(), ...kinds.flatMap((kind) => this.#aside(kind))].toSorted();
    return this.#ofFolder === null ? ofFiles : [this.#ofFolder, ...ofFiles];
  }

  /** Calls back with each change. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  #aside(kind: StateFileKind): Told[] {
    const [file = '', folder = ''] = stateFiles[kind].split('/').toReversed();
    return namesIn(join(this.#dataDir, folder)).flatMap((copy) => {
      const name = asideName.exec(copy)?.groups?.name;
      if (name === undefined || (file !== '*.json' && file !== name)) return [];
      const parent = join(this.#dataDir, folder);
      return [asideText(kind, join(parent, name), join(parent, copy))];
    });
  }
}

function asideText(kind: StateFileKind, path: string, aside: string): Told {
  return tell('problems.file.aside', { path, aside, meaning: tell(`problems.meaning.${kind}`) });
}
