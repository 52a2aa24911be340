import { createHash } from 'node:crypto';
import { rmdirSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import type { Clock, Logger } from '../../core/ports.ts';
import type { Redactor } from '../../core/traces/redaction.ts';
import type { ClientPlan, ClientSnippet, ClientView } from '../../shared/client-model.ts';
import { SlipstreamError } from '../../shared/errors.ts';
import { type ClientDefinition, type ClientFile, type ClientTarget, keyPlaceholder } from './client.ts';
import {
  type ConfigFile,
  checkWritable,
  decodeConfig,
  hashOf,
  missingFolders,
  readConfigFile,
  replaceFile,
  temporaryPath,
} from './config-file.ts';
import { SetupJournal, type SetupRecord } from './journal.ts';
import { redactConfig, showDiff } from './shown.ts';
import type { Surroundings } from './surroundings.ts';

export interface ClientSetupParts {
  readonly definitions: readonly ClientDefinition[];
  readonly around: Surroundings;
  readonly dataDir: string;
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

const ownerOnly = 0o700;

/** Sets up other programs to use Slipstream: shows the change, writes it, and takes it back. */
export class ClientSetup {
  readonly #parts: ClientSetupParts;
  readonly #journal: SetupJournal;

  /** Ends what a crash left half done. */
  constructor(parts: ClientSetupParts) {
    this.#parts = parts;
    this.#journal = new SetupJournal(parts.dataDir);
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
      diff: this.#shown(showDiff(file.path, before, after)),
      snippet: this.snippet(id, mode).shown,
      hash,
      holdsKey: after.includes(apiKey),
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

  /** Writes what a plan with this hash showed. Throws as `plan`, and `client_file_changed`, `store_unwritable`. */
  apply(id: string, mode: string, hash: string): ClientView {
    const definition = this.#find(id, mode);
    const planned = this.#prepare(definition, mode);
    if (planned.hash !== hash) throw new SlipstreamError('client_file_changed');
    if (planned.before !== planned.after) this.#write(definition.id, mode, planned);
    return this.#view(definition);
  }

  /** Puts the file back as it was. Throws `client_unknown`, `client_undo_none`, `client_file_changed`, `client_file_unusable`. */
  undo(id: string): ClientView {
    const definition = this.#find(id);
    const path = this.#fileOf(definition).path(this.#parts.around);
    const record = this.#journal.get(id, path);
    if (record === null) throw new SlipstreamError('client_undo_none');
    const file = readConfigFile(path);
    if (hashOf(file.bytes) !== record.after.hash) throw this.#changedSince(record);
    const bytes = this.#before(record);
    checkWritable(file);
    const temporary = temporaryPath(file);
    this.#journal.save({ ...record, phase: 'undoing', temporary });
    replaceFile(file, bytes, record.before?.fileMode ?? file.mode, temporary);
    this.#forget(record);
    return this.#view(definition);
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
      throw new SlipstreamError('client_unknown', { message: `${name} has no file to write. Copy the snippet.` });
    }
    return file;
  }

  #prepare(definition: ClientDefinition, mode: string): Prepared {
    const { path, plan } = this.#fileOf(definition);
    const file = readConfigFile(path(this.#parts.around));
    const { text, encode } = decodeConfig(file);
    const after = plan(text, mode, this.#parts.target());
    const bytes = encode(after);
    const named = JSON.stringify([file.path, file.realPath, mode, hashOf(file.bytes), hashOf(bytes)]);
    return { file, before: text, after, bytes, hash: createHash('sha256').update(named).digest('hex') };
  }

  #write(clientId: string, mode: string, { file, after, bytes }: Prepared): void {
    checkWritable(file);
    const known = this.#journal.get(clientId, file.path);
    // Written again over our own text: undo goes back to before the first time.
    const replaced = known !== null && known.after.hash === hashOf(file.bytes) ? known : null;
    const record: SetupRecord = {
      version: 1,
      clientId,
      path: file.path,
      phase: 'writing',
      before: replaced === null ? this.#backUp(clientId, file) : replaced.before,
      after: { hash: hashOf(bytes) ?? '', mode },
      replaces: replaced?.after ?? null,
      temporary: temporaryPath(file),
      madeFolders: replaced?.madeFolders ?? missingFolders(file.realPath),
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
    this.#journal.save({ ...record, phase: 'written', replaces: null });
  }

  #backUp(clientId: string, file: ConfigFile): SetupRecord['before'] {
    if (file.bytes === null) return null;
    const backup = this.#journal.backUp(clientId, file.bytes, this.#parts.clock.epochMs());
    return { backup, hash: hashOf(file.bytes) ?? '', fileMode: file.mode };
  }

  /** The bytes to put back; null where there was no file. */
  #before({ before }: SetupRecord): Buffer | null {
    if (before === null) return null;
    const bytes = this.#journal.readBackup(before.backup);
    if (hashOf(bytes) !== before.hash) {
      throw new SlipstreamError('client_undo_none', { message: 'The backup is gone or damaged, so there is no undo.' });
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

  #changedSince({ path, before }: SetupRecord): SlipstreamError {
    const backup = before === null ? null : this.#journal.backupPath(before.backup);
    const way = backup === null ? 'There was no file before' : `The file as it was before is ${backup}`;
    return new SlipstreamError('client_file_changed', {
      message: `Another program changed ${path} since Slipstream wrote it; undo would lose that. ${way}. Nothing was written.`,
    });
  }

  /** What the file holds tells how far a crash let us come. */
  #recover(record: SetupRecord): void {
    if (record.phase === 'written') return;
    if (/\.slipstream-[0-9a-f]{12}$/.test(basename(record.temporary))) rmSync(record.temporary, { force: true });
    const hash = hashOf(readConfigFile(record.path).bytes);
    if (hash !== record.after.hash && hash === (record.replaces?.hash ?? null) && record.replaces !== null) {
      this.#journal.save({ ...record, phase: 'written', after: record.replaces, replaces: null });
    } else if (hash === (record.before?.hash ?? null)) {
      this.#forget(record);
    } else {
      this.#journal.save({ ...record, phase: 'written', replaces: null });
    }
    this.#parts.log.info('A client set-up that was cut short was put in order.', { client: record.clientId });
  }

  #shown(text: string): string {
    return redactConfig(text, this.#parts.target().apiKey, this.#parts.redactor);
  }

  #view(definition: ClientDefinition): ClientView {
    const { id, name, modes, file } = definition;
    const base = { id, name, modes: [...modes], mode: null, undoable: false, problem: null };
    if (file === null) return { ...base, detected: false, path: null, state: 'not-set-up' };
    const path = file.path(this.#parts.around);
    const isPresent = file.isPresent(this.#parts.around);
    const seen = { ...base, path, detected: isPresent, state: isPresent ? 'not-set-up' : 'absent' } as const;
    try {
      const config = readConfigFile(path);
      const hash = hashOf(config.bytes);
      const record = this.#journal.get(id, path);
      // The user may have put the old file back by hand.
      const isOurs = record !== null && hash !== (record.before?.hash ?? null);
      const isChanged = isOurs && hash !== record.after.hash;
      const drift = isChanged ? ({ ...seen, state: 'changed-since' } as const) : seen;
      const undoable = isOurs && !isChanged;
      const mode = this.#modeOf(definition, file, config);
      if ('problem' in mode) return { ...drift, undoable, problem: mode.problem };
      return { ...drift, undoable, mode: mode.id, state: isChanged || mode.id === null ? drift.state : 'set-up' };
    } catch (thrown) {
      if (!(thrown instanceof SlipstreamError)) throw thrown;
      return { ...seen, problem: thrown.message };
    }
  }

  /** The mode that the file holds, or why that cannot be told. */
  #modeOf(
    { modes }: ClientDefinition,
    file: ClientFile,
    config: ConfigFile,
  ): { readonly id: string | null } | { readonly problem: string } {
    try {
      const { text } = decodeConfig(config);
      const target = this.#parts.target();
      return { id: modes.find((mode) => file.holds(text, mode.id, target))?.id ?? null };
    } catch (thrown) {
      if (!(thrown instanceof SlipstreamError)) throw thrown;
      return { problem: thrown.message };
    }
  }
}
