import type { ClientView } from '../shared/client-model.ts';
import { SlipstreamError } from '../shared/errors.ts';
import type { ClientDefinition, ClientFile, ClientTarget } from './client.ts';
import { type ConfigFile, decodeConfig, hashOf, readConfigFile } from './config-file.ts';
import type { SetupJournal } from './journal.ts';
import type { Surroundings } from './surroundings.ts';

/** Where a client stands. What is wrong with its file is said in the view; throws `instance_absent` where there is no target. */
export function viewClient(
  definition: ClientDefinition,
  around: Surroundings,
  journal: SetupJournal,
  target: () => ClientTarget,
): ClientView {
  const { id, name, modes, file } = definition;
  const base = { id, name, modes: [...modes], mode: null, undoable: false, problem: null };
  if (file === null) return { ...base, detected: false, path: null, state: 'not-set-up' };
  const isPresent = file.isPresent(around);
  const found = { ...base, detected: isPresent, state: isPresent ? 'not-set-up' : 'absent' } as const;
  let path: string | null = null;
  try {
    path = file.path(around);
    const seen = { ...found, path };
    const config = readConfigFile(path);
    const hash = hashOf(config.bytes);
    const record = journal.get(id, path);
    // The user may have put the old file back by hand.
    const isOurs = record !== null && hash !== (record.before?.hash ?? null);
    const isChanged = isOurs && hash !== record.after.hash;
    const drift = isChanged ? ({ ...seen, state: 'changed-since' } as const) : seen;
    const undoable = isOurs && !isChanged;
    const mode = modeOf(definition, file, config, target);
    if ('problem' in mode) return { ...drift, undoable, problem: mode.problem };
    return {
      ...drift,
      undoable,
      mode: mode.id,
      problem: mode.warning,
      state: isChanged || mode.id === null ? drift.state : 'set-up',
    };
  } catch (thrown) {
    if (!(thrown instanceof SlipstreamError)) throw thrown;
    return { ...found, path, problem: thrown.told };
  }
}

/** The mode that the file holds, or why that cannot be told. */
function modeOf(
  { modes }: ClientDefinition,
  file: ClientFile,
  config: ConfigFile,
  target: () => ClientTarget,
): { readonly id: string | null; readonly warning: string | null } | { readonly problem: string } {
  try {
    const { text } = decodeConfig(config.bytes);
    const pointed = target();
    const id = modes.find((mode) => file.holds(text, mode.id, pointed))?.id ?? null;
    return { id, warning: file.problem?.(text) ?? null };
  } catch (thrown) {
    if (!(thrown instanceof SlipstreamError)) throw thrown;
    return { problem: thrown.told };
  }
}
