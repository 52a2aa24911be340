import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { SlipstreamError } from '../shared/errors.ts';
import { writeDurably } from './config-file.ts';

const Written = z.strictObject({
  hash: z.string(),
  mode: z.string(),
  /** A copy of it, for taking out our part alone; null: none was kept. */
  copy: z.string().nullable().default(null),
});

/** What was done to a client's file, and how to take it back. On the disk before the file is touched. */
export const SetupRecord = z.strictObject({
  version: z.literal(1),
  clientId: z.string(),
  path: z.string(),
  /** `writing` and `undoing` are only ever read after a crash. */
  phase: z.enum(['writing', 'written', 'undoing']),
  /** The file before Slipstream touched it; null: there was none. */
  before: z.strictObject({ backup: z.string(), hash: z.string(), fileMode: z.number() }).nullable(),
  /** The file as Slipstream wrote it. */
  after: Written,
  /** What Slipstream had written before that, while it is being replaced. */
  replaces: Written.nullable(),
  temporary: z.string(),
  /** What `undoing` leaves where that is not the file as it was before. */
  undoneHash: z.string().nullable().default(null),
  /** Folders that were made for the file, the outermost first. */
  madeFolders: z.array(z.string()),
});
export type SetupRecord = z.infer<typeof SetupRecord>;

const keptBackups = 10;
const copyEnding = '.copy';

/** Records and backups of client set-ups in the data folder, readable by its owner only. */
export class SetupJournal {
  readonly #folder: string;
  readonly #backups: string;

  constructor(dataDir: string) {
    this.#folder = join(dataDir, 'clients');
    this.#backups = join(this.#folder, 'backups');
  }

  /** Every record that can be read. */
  list(): SetupRecord[] {
    return namesIn(this.#folder).flatMap((name) => {
      const record = name.endsWith('.json') ? this.#read(join(this.#folder, name)) : null;
      return record === null ? [] : [record];
    });
  }

  get(clientId: string, path: string): SetupRecord | null {
    return this.#read(this.#recordPath({ clientId, path }));
  }

  /** Throws `store_unwritable`. */
  save(record: SetupRecord): void {
    this.#guarded(() => {
      writeFileAtomic.sync(this.#recordPath(record), `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
    });
    // While a write or an undo runs, it may still be taken back.
    if (record.phase === 'written') this.#dropCopies();
  }

  /** Forgets a set-up and its backup. */
  drop(record: SetupRecord): void {
    if (record.before !== null) rmSync(this.backupPath(record.before.backup), { force: true });
    rmSync(this.#recordPath(record), { force: true });
    this.#dropCopies();
  }

  /** Keeps the bytes of somebody else's file and gives the backup's name. Throws `store_unwritable`. */
  backUp(clientId: string, bytes: Buffer, atMs: number): string {
    const name = this.#keep(clientId, bytes, atMs, '.bak');
    this.#prune(clientId);
    return name;
  }

  /** Keeps what Slipstream writes, as long as a record names it. Throws `store_unwritable`. */
  keepCopy(clientId: string, bytes: Buffer, atMs: number): string {
    return this.#keep(clientId, bytes, atMs, copyEnding);
  }

  /** Null: it is gone. */
  readBackup(name: string): Buffer | null {
    try {
      return readFileSync(this.backupPath(name));
    } catch {
      return null;
    }
  }

  backupPath(name: string): string {
    return join(this.#backups, name);
  }

  #keep(clientId: string, bytes: Buffer, atMs: number, ending: string): string {
    const name = `${clientId}-${atMs}-${createHash('sha256').update(bytes).digest('hex').slice(0, 12)}${ending}`;
    this.#guarded(() => {
      rmSync(this.backupPath(name), { force: true });
      writeDurably(this.backupPath(name), bytes, 0o600);
    });
    return name;
  }

  /** Copies hold the API key: none outlives its record. */
  #dropCopies(): void {
    const needed = new Set(this.list().flatMap(({ after, replaces }) => [after.copy, replaces?.copy]));
    for (const name of namesIn(this.#backups)) {
      if (name.endsWith(copyEnding) && !needed.has(name)) rmSync(this.backupPath(name), { force: true });
    }
  }

  /** Old backups that no undo needs are kept for a while, the newest first. */
  #prune(clientId: string): void {
    const needed = new Set(this.list().flatMap(({ before }) => (before === null ? [] : [before.backup])));
    const old = namesIn(this.#backups)
      .filter((name) => name.startsWith(`${clientId}-`) && !name.endsWith(copyEnding) && !needed.has(name))
      .toSorted((one, other) => madeAt(other) - madeAt(one));
    for (const name of old.slice(keptBackups)) rmSync(this.backupPath(name), { force: true });
  }

  #recordPath({ clientId, path }: Pick<SetupRecord, 'clientId' | 'path'>): string {
    const hash = createHash('sha256').update(path).digest('hex').slice(0, 12);
    return join(this.#folder, `${clientId}-${hash}.json`);
  }

  #read(path: string): SetupRecord | null {
    try {
      return SetupRecord.parse(JSON.parse(readFileSync(path, 'utf8')));
    } catch {
      return null;
    }
  }

  #guarded(write: () => void): void {
    try {
      mkdirSync(this.#backups, { recursive: true, mode: 0o700 });
      write();
    } catch (cause) {
      throw new SlipstreamError('store_unwritable', { cause });
    }
  }
}

function madeAt(backup: string): number {
  return Number(backup.split('-').at(-2));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
