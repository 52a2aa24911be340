import type { ReactNode } from 'react';
import type { ClientUndoPlan, ClientView } from '../../../src-main/shared/client-model.ts';
import { useAnswer } from '../../hooks/use-answer.ts';
import { useActions } from '../../stores/stores.ts';
import { ChangeDialog } from './change-dialog.tsx';
import { DiffView } from './diff-view.tsx';

interface UndoDialogProps {
  readonly client: ClientView;
  readonly onClose: () => void;
  readonly onUndone: (client: ClientView) => void;
}

/** Shows what undo would write: the whole file as it was, or, where somebody changed it, without our part. */
export function UndoDialog({ client, onClose, onUndone }: UndoDialogProps): ReactNode {
  const actions = useActions();
  const { id, name } = client;
  const { answered, failed, readAgain } = useAnswer('clients.undoPlan', { id });
  return (
    <ChangeDialog
      title={client.undoable ? `Undo the set-up of ${name}` : `Take Slipstream out of ${name}`}
      change={answered?.value ?? null}
      problem={failed?.message ?? null}
      onReadAgain={readAgain}
      write={(hash, agreed) => actions.request('clients.undo', { id, hash, ...agreed })}
      writeLabel={client.undoable ? 'Put it back' : 'Take it out'}
      mayBeEmpty
      onClose={onClose}
      onDone={onUndone}
    >
      {(plan) => (
        <>
          <p>{meaning(plan)}</p>
          {plan.diff === '' ? null : <DiffView diff={plan.diff} />}
        </>
      )}
    </ChangeDialog>
  );
}

function meaning({ kind, path, diff, removesFile }: ClientUndoPlan): ReactNode {
  const file = <code>{path}</code>;
  if (removesFile) return <>Slipstream made {file}, and nothing else is in it: the file is removed.</>;
  if (diff === '') return <>Nothing of Slipstream is left in {file}. It stays as it is, and the set-up is forgotten.</>;
  if (kind === 'whole-file') return <>{file} becomes what it was before Slipstream wrote it, byte for byte.</>;
  return <>Only what Slipstream wrote to {file} is taken out or put back as it was. What others changed since stays.</>;
}
