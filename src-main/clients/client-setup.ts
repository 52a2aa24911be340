import { createHash } from 'node:crypto';
import { rmdirSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import type { Clock, Logger } from '../core/ports.ts';
import type { Redactor } from '../core/traces/redaction.ts';
import type { ClientPlan, ClientSnippet, ClientUndoPlan, ClientView } from '../shared/client-model.ts';
import { SlipstreamError } from '../shared/errors.ts';
import { said } from '../shared/words/said.ts';
import { tell } from '../shared/words/told.ts';
import { type ClientDefinition, type ClientFile, type ClientTarget, keyPlaceholder } from './client.ts';
import { viewClient } from './client-view.ts';
import {
  type ConfigFile,
  checkWritable,
  decodeConfig,
  hashOf,
  isEmptyConfig,
  missingFolders,
  outsideOf,
  readConfigFile,
  replaceFile,
  temporaryPath,
} from './config-file.ts';
import type { SetupJournal, SetupRecord } from './journal.ts';
import { redactConfig, showDiff } from './shown.ts';
import type { Surroundings } from './surroundings.ts';
import { takeOut } from './take-out.ts';

export interface ClientSetupParts {
  readonly definitions: readonly ClientDefinition[];
  readonly around: Surroundings;
  readonly journal: SetupJournal;
  readonly clock: Clock;
  readonly log: Logger;
  readonly redactor: Redactor;
  /** What clients are pointed at now. */
  readonly target: () => ClientTarget;
}

/** A change that is worked out and not written. */
interface Prepared {
  readonly file: ConfigFile;
  readonly before: string;
  readonly after: string;
  readonly bytes: Buffer;
  /** Names the file as it is and as it would be. */
  readonly hash: string;
}

interface PreparedUndo extends Omit<Prepared, 'bytes'> {
  readonly record: SetupRecord;
  /** Null: no file. */
  readonly bytes: Buffer | null;
  readonly kind: ClientUndoPlan['kind'];
}

const ownerOnly = 0o700;

/** Sets up other programs to use Slipstream: shows the change, writes it, and takes it back. */
export class ClientSetup {
  readonly #parts: ClientSetupParts;
  readonly #journal: SetupJournal;

  /** Ends what a crash left half done. */
  constructor(parts: ClientSetupParts) {
    this.#parts = parts;
    this.#journal = parts.journal;
    for (const record of this.#journal.list()) {
      try {
        this.#recover(record);
      } catch (error) {
        parts.log.warn('A client set-up could not be looked at.', { client: record.clientId, error });
      }
    }
  }

  list(): ClientView[] {
    return this.#parts.definitions.map((definition) => this.#view(definition));
  }

  /** What `apply` would write. Throws `client_unknown`, `client_file_invalid`, `client_file_unusable`. */
  plan(id: string, mode: string): ClientPlan {
    const definition = this.#find(id, mode);
    const { file, before, after, hash } = this.#prepare(definition, mode);
    const { apiKey } = this.#parts.target();
    return {
      path: file.path,
      diff: this.#diff(definition, file.path, before, after),
      snippet: this.snippet(id, mode).shown,
      hash,
      holdsKey: after.includes(apiKey),
      outside: this.#outside(file),
    };
  }

  /** What to paste by hand. Throws `client_unknown`. */
  snippet(id: string, mode: string): ClientSnippet {
    const definition = this.#find(id, mode);
    const target = this.#parts.target();
    return {
      text: definition.snippet(mode, target),
      shown: definition.snippet(mode, { ...target, apiKey: keyPlaceholder }),
    };
  }

  /**
   * Writes what a plan with this hash showed; outside the home folder only if that was agreed to. Throws as `plan`, and
   * `client_file_changed`, `client_file_outside`, `store_unwritable`.
   */
  apply(id: string, mode: string, hash: string, mayWriteOutside: boolean): ClientView {
    const definition = this.#find(id, mode);
    const planned = this.#prepare(definition, mode);
    if (planned.hash !== hash) throw new SlipstreamError('client_file_changed');
    this.#checkPlace(planned.file, mayWriteOutside);
    if (planned.before !== planned.after) this.#write(definition, mode, planned);
    return this.#view(definition);
  }

  /**
   * What `undo` would do. Throws `client_unknown`, `client_undo_none`, `client_file_invalid`, `client_file_unusable`, and
   * `client_file_changed` where what Slipstream wrote was itself edited.
   */
  undoPlan(id: string): ClientUndoPlan {
    const definition = this.#find(id);
    const { file, kind, before, after, bytes, hash } = this.#prepareUndo(definition);
    const removesFile = file.bytes !== null && bytes === null;
    const diff = this.#diff(definition, file.path, before, after);
    return { path: file.path, kind, diff, hash, removesFile, outside: this.#outside(file) };
  }

  /**
   * Puts the file back as it was; without the hash of a plan it refuses where somebody changed it since. Throws as
   * `undoPlan`, and `client_file_changed`, `client_file_outside`, `store_unwritable`.
   */
  undo(id: string, hash: string | null, mayWriteOutside: boolean): ClientView {
    const definition = this.#find(id);
    const { record, file, kind, bytes, hash: planned } = this.#prepareUndo(definition, hash !== null);
    if (hash !== null && planned !== hash) throw new SlipstreamError('client_file_changed');
    this.#checkPlace(file, mayWriteOutside);
    if (hashOf(bytes) !== hashOf(file.bytes)) {
      checkWritable(file);
      const temporary = temporaryPath(file);
      const undoneHash = kind === 'own-part' ? hashOf(bytes) : null;
      this.#journal.save({ ...record, phase: 'undoing', temporary, undoneHash });
      replaceFile(file, bytes, record.before?.fileMode ?? file.mode, temporary);
    }
    this.#afterwards(record, () => this.#forget(record));
    return this.#view(definition);
  }

  #outside(file: ConfigFile): string | null {
    return outsideOf(file, this.#parts.around.homeDir);
  }

  #checkPlace(file: ConfigFile, mayWriteOutside: boolean): void {
    const outside = this.#outside(file);
    if (outside !== null && !mayWriteOutside)
      throw new SlipstreamError('client_file_outside', said('failures.client.outside', { path: file.path, outside }));
  }

  #find(id: string, mode?: string): ClientDefinition {
    const found = this.#parts.definitions.find((definition) => definition.id === id);
    if (found === undefined || (mode !== undefined && !found.modes.some((one) => one.id === mode))) {
      throw new SlipstreamError('client_unknown');
    }
    return found;
  }

  #fileOf({ file, name }: ClientDefinition): ClientFile {
    if (file === null) {
      throw new SlipstreamError('client_unknown', said('failures.client.noFile', { client: name }));
    }
    return file;
  }

  #prepare(definition: ClientDefinition, mode: string): Prepared {
    const { path, plan } = this.#fileOf(definition);
    const file = readConfigFile(path(this.#parts.around));
    const { text, encode } = decodeConfig(file.bytes);
    const after = plan(text, mode, this.#parts.target());
    const bytes = encode(after);
    const named = JSON.stringify([file.path, file.realPath, mode, hashOf(file.bytes), hashOf(bytes)]);
    return { file, before: text, after, bytes, hash: createHash('sha256').update(named).digest('hex') };
  }

  #write(definition: ClientDefinition, mode: string, { file, after, bytes }: Prepared): void {
    checkWritable(file);
    const clientId = definition.id;
    const known = this.#journal.get(clientId, file.path);
    const record: SetupRecord = {
      version: 1,
      clientId,
      path: file.path,
      phase: 'writing',
      ...this.#origin(definition, known, file),
      after: { hash: hashOf(bytes) ?? '', mode, copy: this.#journal.keepCopy(clientId, bytes, this.#now()) },
      undoneHash: null,
      temporary: temporaryPath(file),
    };
    this.#journal.save(record);
    const fileMode = after.includes(this.#parts.target().apiKey) ? file.mode & ownerOnly : file.mode;
    try {
      replaceFile(file, bytes, fileMode, record.temporary);
    } catch (error) {
      // Nothing was written; after a restart it would end the same way.
      if (known !== null) this.#journal.save(known);
      else this.#forget(record);
      throw error;
    }
    this.#afterwards(record, () => this.#journal.save({ ...record, phase: 'written', replaces: null }));
  }

  /** The client's file is changed by now: what the journal does not take is put in order at the next start. */
  #afterwards({ clientId }: SetupRecord, note: () => void): void {
    try {
      note();
    } catch (error) {
      this.#parts.log.warn('A client set-up could not be noted as done.', { client: clientId, error });
    }
  }

  /** Where undo of a new write goes back to: before the first write, with what others changed since. */
  #origin(
    definition: ClientDefinition,
    known: SetupRecord | null,
    file: ConfigFile,
  ): Pick<SetupRecord, 'before' | 'replaces' | 'madeFolders'> {
    const { id } = definition;
    if (known === null) {
      return { before: this.#backUp(id, file, file.mode), replaces: null, madeFolders: missingFolders(file.realPath) };
    }
    const { madeFolders } = known;
    if (known.after.hash === hashOf(file.bytes)) return { before: known.before, replaces: known.after, madeFolders };
    try {
      const { bytes } = this.#withoutOurs(definition, known, file);
      const copy = file.bytes === null ? null : this.#journal.keepCopy(id, file.bytes, this.#now());
      return {
        before: this.#backUp(id, { bytes }, known.before?.fileMode ?? file.mode),
        replaces: { hash: hashOf(file.bytes) ?? '', mode: known.after.mode, copy },
        madeFolders,
      };
    } catch (thrown) {
      if (!(thrown instanceof SlipstreamError)) throw thrown;
      // Ours cannot be told from theirs any more: the file as it is becomes what undo goes back to.
      return { before: this.#backUp(id, file, file.mode), replaces: null, madeFolders };
    }
  }

  #backUp(clientId: string, { bytes }: Pick<ConfigFile, 'bytes'>, fileMode: number): SetupRecord['before'] {
    if (bytes === null) return null;
    return { backup: this.#journal.backUp(clientId, bytes, this.#now()), hash: hashOf(bytes) ?? '', fileMode };
  }

  #now(): number {
    return this.#parts.clock.epochMs();
  }

  #prepareUndo(definition: ClientDefinition, mayTakeOut = true): PreparedUndo {
    const path = this.#fileOf(definition).path(this.#parts.around);
    const record = this.#journal.get(definition.id, path);
    if (record === null) throw new SlipstreamError('client_undo_none');
    const file = readConfigFile(path);
    const isWhole = hashOf(file.bytes) === record.after.hash;
    if (!isWhole && !mayTakeOut) throw this.#changedSince(record);
    const bytes = isWhole ? this.#before(record) : this.#withoutOurs(definition, record, file).bytes;
    const before = decodeConfig(file.bytes).text;
    const after = decodeConfig(bytes).text;
    const kind = isWhole ? 'whole-file' : 'own-part';
    const named = JSON.stringify([file.path, file.realPath, 'undo', hashOf(file.bytes), hashOf(bytes)]);
    return { record, file, kind, before, after, bytes, hash: createHash('sha256').update(named).digest('hex') };
  }

  /** The file as it is without what Slipstream wrote; no bytes where nothing else is in it. */
  #withoutOurs(definition: ClientDefinition, record: SetupRecord, file: ConfigFile): { bytes: Buffer | null } {
    if (file.bytes === null) return { bytes: null };
    const copy = record.after.copy === null ? null : this.#journal.readBackup(record.after.copy);
    if (hashOf(copy) !== record.after.hash) {
      throw new SlipstreamError('client_undo_none', said('failures.client.copyGone'));
    }
    const { text: now, encode } = decodeConfig(file.bytes);
    const before = decodeConfig(this.#before(record)).text;
    const { language } = this.#fileOf(definition);
    const text = takeOut(language, { before, written: decodeConfig(copy).text, now }, this.#wayBack(record));
    return { bytes: record.before === null && isEmptyConfig(text) ? null : encode(text) };
  }

  /** The bytes to put back; null where there was no file. */
  #before({ before }: SetupRecord): Buffer | null {
    if (before === null) return null;
    const bytes = this.#journal.readBackup(before.backup);
    if (hashOf(bytes) !== before.hash) {
      throw new SlipstreamError('client_undo_none', said('failures.client.backupGone'));
    }
    return bytes;
  }

  #forget(record: SetupRecord): void {
    for (const folder of record.madeFolders.toReversed()) {
      try {
        rmdirSync(folder);
      } catch {
        // Somebody put something into it, or it was never made.
        break;
      }
    }
    this.#journal.drop(record);
  }

  /** Where somebody who mends the file by hand finds the old one. */
  #wayBack({ before }: SetupRecord): string {
    const backup = before === null ? null : this.#journal.backupPath(before.backup);
    return backup === null ? tell('failures.client.wayBack.none') : tell('failures.client.wayBack', { path: backup });
  }

  #changedSince(record: SetupRecord): SlipstreamError {
    return new SlipstreamError(
      'client_file_changed',
      said('failures.client.changed', { path: record.path, wayBack: this.#wayBack(record) }),
    );
  }

  /** What the file holds tells how far a crash let us come. */
  #recover(record: SetupRecord): void {
    if (record.phase === 'written') return;
    if (/\.slipstream-[0-9a-f]{12}$/.test(basename(record.temporary))) rmSync(record.temporary, { force: true });
    const hash = hashOf(readConfigFile(record.path).bytes);
    if (hash !== record.after.hash && hash === (record.replaces?.hash ?? null) && record.replaces !== null) {
      this.#journal.save({ ...record, phase: 'written', after: record.replaces, replaces: null });
    } else if (hash === (record.undoneHash ?? record.before?.hash ?? null)) {
      this.#forget(record);
    } else {
      this.#journal.save({ ...record, phase: 'written', replaces: null });
    }
    this.#parts.log.info('A client set-up that was cut short was put in order.', { client: record.clientId });
  }

  #diff({ file }: ClientDefinition, path: string, before: string, after: string): string {
    const { apiKey } = this.#parts.target();
    const hasBareTexts = file?.language.hasBareTexts ?? false;
    return showDiff(path, before, after, (text) => redactConfig(text, apiKey, this.#parts.redactor, hasBareTexts));
  }

  #view(definition: ClientDefinition): ClientView {
    return viewClient(definition, this.#parts.around, this.#journal, this.#parts.target);
  }
}
