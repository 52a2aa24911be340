import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import type { FileTrouble, FileTroubles } from '../core/file-troubles.ts';
import { checkPlainFile, readPlainFile } from '../core/plain-file.ts';
import { SlipstreamError } from '../shared/errors.ts';
import { jsonValue } from '../shared/json-value.ts';
import { said } from '../shared/words/said.ts';
import { tell } from '../shared/words/told.ts';
import type { Told } from '../shared/words/told-text.ts';
import { writeProblem } from '../shared/write-problem.ts';
import { writeDurably } from './config-file.ts';

const Written = z.strictObject({
  hash: z.string(),
  mode: z.string(),
  /** A copy of it, for taking out our part alone; null: none was kept. */
  copy: z.string().nullable().default(null),
});

const newestVersion = 1;

/** What was done to a client's file, and how to take it back. On the disk before the file is touched. */
export const SetupRecord = z.strictObject({
  version: z.literal(newestVersion),
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

const NewerRecord = z.object({ version: z.number().gt(newestVersion) });

const keptBackups = 10;
const copyEnding = '.copy';

/** Records and backups of client set-ups in the data folder, readable by its owner only. */
export class SetupJournal {
  readonly #folder: string;
  readonly #backups: string;

  readonly #troubles: FileTroubles;

  /** Tells of the records that cannot be read. */
  constructor(dataDir: string, troubles: FileTroubles) {
    this.#folder = join(dataDir, 'clients');
    this.#backups = join(this.#folder, 'backups');
    this.#troubles = troubles;
    for (const name of namesIn(this.#folder)) if (name.endsWith('.json')) this.#tell(join(this.#folder, name));
  }

  /** Every record that can be read. */
  list(): SetupRecord[] {
    return this.#all().flatMap((read) => (read.kind === 'ok' ? [read.record] : []));
  }

  /** A set-up that a crash cut short is recorded. */
  get hasUnfinished(): boolean {
    return this.list().some(({ phase }) => phase !== 'written');
  }

  get(clientId: string, path: string): SetupRecord | null {
    const read = readRecord(this.#recordPath({ clientId, path }));
    return read.kind === 'ok' ? read.record : null;
  }

  /** Throws `store_unwritable`, also where a record is in the way that this program cannot read: it says how to undo. */
  save(record: SetupRecord): void {
    const path = this.#recordPath(record);
    const found = readRecord(path);
    if (found.kind === 'left') {
      throw new SlipstreamError('store_unwritable', said('failures.left', { path, why: found.why }));
    }
    this.#guarded(() => {
      if (found.kind === 'damaged') {
        const aside = `${path}.damaged-${found.hash}`;
        renameSync(path, aside);
        this.#troubles.noteAside('clients', path, aside);
      }
      writeFileAtomic.sync(path, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
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
      checkPlainFile(this.backupPath(name));
      return readFileSync(this.backupPath(name));
    } catch {
      return null;
    }
  }

  backupPath(name: string): string {
    return join(this.#backups, name);
  }

  #tell(path: string): void {
    const read = readRecord(path);
    if (read.kind === 'left') this.#troubles.note('clients', path, read.trouble);
    else if (read.kind === 'damaged') this.#troubles.note('clients', path, { why: 'damaged' });
  }

  #keep(clientId: string, bytes: Buffer, atMs: number, ending: string): string {
    const name = `${clientId}-${atMs}-${shortHash(bytes)}${ending}`;
    this.#guarded(() => {
      rmSync(this.backupPath(name), { force: true });
      writeDurably(this.backupPath(name), bytes, 0o600);
    });
    return name;
  }

  #all(): ReadRecord[] {
    const names = namesIn(this.#folder).filter((name) => name.endsWith('.json'));
    return names.map((name) => readRecord(join(this.#folder, name)));
  }

  /** What a record names that this program cannot read is not known. */
  #isAllKnown(): boolean {
    return this.#all().every(({ kind }) => kind !== 'left');
  }

  /** Copies hold the API key: none outlives its record. */
  #dropCopies(): void {
    if (!this.#isAllKnown()) return;
    const needed = new Set(this.list().flatMap(({ after, replaces }) => [after.copy, replaces?.copy]));
    for (const name of namesIn(this.#backups)) {
      if (name.endsWith(copyEnding) && !needed.has(name)) rmSync(this.backupPath(name), { force: true });
    }
  }

  /** Old backups that no undo needs are kept for a while, the newest first. */
  #prune(clientId: string): void {
    if (!this.#isAllKnown()) return;
    const needed = new Set(this.list().flatMap(({ before }) => (before === null ? [] : [before.backup])));
    const old = namesIn(this.#backups)
      .filter((name) => name.startsWith(`${clientId}-`) && !name.endsWith(copyEnding) && !needed.has(name))
      .toSorted((one, other) => madeAt(other) - madeAt(one));
    for (const name of old.slice(keptBackups)) rmSync(this.backupPath(name), { force: true });
  }

  #recordPath({ clientId, path }: Pick<SetupRecord, 'clientId' | 'path'>): string {
    return join(this.#folder, `${clientId}-${shortHash(path)}.json`);
  }

  #guarded(write: () => void): void {
    try {
      mkdirSync(this.#backups, { recursive: true, mode: 0o700 });
      write();
    } catch (cause) {
      throw new SlipstreamError('store_unwritable', {
        ...said('failures.write', { path: this.#folder, why: writeProblem(cause) }),
        cause,
      });
    }
  }
}

type ReadRecord =
  | { readonly kind: 'ok'; readonly record: SetupRecord }
  | { readonly kind: 'none' }
  | { readonly kind: 'damaged'; readonly hash: string }
  /** Not ours to change; `why` is the end of a sentence that begins with its path. */
  | { readonly kind: 'left'; readonly why: Told; readonly trouble: FileTrouble };

function readRecord(path: string): ReadRecord {
  let text: string;
  try {
    text = readPlainFile(path);
  } catch (cause) {
    const isAbsent = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    if (isAbsent) return { kind: 'none' };
    const problem = writeProblem(cause);
    return {
      kind: 'left',
      why: tell('failures.left.unreadable', { why: problem }),
      trouble: { why: 'refused', cause: problem },
    };
  }
  const content = jsonValue(text);
  const parsed = SetupRecord.safeParse(content);
  if (parsed.success) return { kind: 'ok', record: parsed.data };
  if (NewerRecord.safeParse(content).success) {
    return { kind: 'left', why: tell('failures.left.newer'), trouble: { why: 'newer' } };
  }
  return { kind: 'damaged', hash: shortHash(text) };
}

function shortHash(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 12);
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
