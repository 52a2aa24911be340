import type { ReactNode } from 'react';
import type { ClientUndoPlan, ClientView } from '../../../src-main/shared/client-model.ts';
import { useAnswer } from '../../hooks/use-answer.ts';
import { useActions, useWords } from '../../stores/stores.ts';
import { RichText } from '../../ui/rich-text.tsx';
import { ChangeDialog } from './change-dialog.tsx';
import { clientName } from './client-words.ts';
import { DiffView } from './diff-view.tsx';

interface UndoDialogProps {
  readonly client: ClientView;
  readonly onClose: () => void;
  readonly onUndone: (client: ClientView) => void;
}

/** Shows what undo would write: the whole file as it was, or, where somebody changed it, without our part. */
export function UndoDialog({ client, onClose, onUndone }: UndoDialogProps): ReactNode {
  const { t } = useWords();
  const actions = useActions();
  const { id } = client;
  const name = { client: clientName(t, client) };
  const { answered, failed, readAgain } = useAnswer('clients.undoPlan', { id });
  return (
    <ChangeDialog
      title={client.undoable ? t('clients.undo.title', name) : t('clients.takeOut.title', name)}
      change={answered?.value ?? null}
      problem={failed?.message ?? null}
      onReadAgain={readAgain}
      write={(hash, agreed) => actions.request('clients.undo', { id, hash, ...agreed })}
      writeLabel={client.undoable ? t('clients.undo.write') : t('clients.takeOut.write')}
      mayBeEmpty
      onClose={onClose}
      onDone={onUndone}
    >
      {(plan) => (
        <>
          <p>
            <RichText id={meaningOf(plan)} with={{ place: plan.path, path: (text) => <code>{text}</code> }} />
          </p>
          {plan.diff === '' ? null : <DiffView diff={plan.diff} />}
        </>
      )}
    </ChangeDialog>
  );
}

function meaningOf({ kind, diff, removesFile }: ClientUndoPlan) {
  if (removesFile) return 'clients.undo.removes';
  if (diff === '') return 'clients.undo.nothing';
  return kind === 'whole-file' ? 'clients.undo.whole' : 'clients.undo.own';
}
