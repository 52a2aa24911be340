import type { ReactNode } from 'react';
import type { ClientPlan, ClientView } from '../../../src-main/shared/client-model.ts';
import { useAnswer } from '../../hooks/use-answer.ts';
import { useActions } from '../../stores/stores.ts';
import { ChangeDialog } from './change-dialog.tsx';
import { DiffView } from './diff-view.tsx';

interface SetUpDialogProps {
  readonly client: ClientView;
  readonly modeId: string;
  readonly onClose: () => void;
  readonly onApplied: (client: ClientView) => void;
}

/** Shows what a set-up would write. */
export function SetUpDialog({ client, modeId, onClose, onApplied }: SetUpDialogProps): ReactNode {
  const actions = useActions();
  const { id } = client;
  const { answered, failed, readAgain } = useAnswer('clients.plan', { id, mode: modeId });
  return (
    <ChangeDialog
      title={`Set up ${client.name}`}
      change={answered?.value ?? null}
      problem={failed?.message ?? null}
      onReadAgain={readAgain}
      write={(hash, agreed) => actions.request('clients.apply', { id, mode: modeId, hash, ...agreed })}
      writeLabel="Write the file"
      onClose={onClose}
      onDone={onApplied}
    >
      {(plan) => <PlanPart plan={plan} />}
    </ChangeDialog>
  );
}

function PlanPart({ plan }: { readonly plan: ClientPlan }): ReactNode {
  if (plan.diff === '')
    return (
      <p>
        <code>{plan.path}</code> is already as it would be written; there is nothing to change.
      </p>
    );
  return (
    <>
      <p>
        This is what changes in <code>{plan.path}</code>. A backup is kept, so that Undo can put the file back.
      </p>
      <DiffView diff={plan.diff} />
      {plan.holdsKey ? (
        <p>
          The file will hold the API key (shown as <code>&lt;API key&gt;</code>), so it becomes readable by you alone
          (0600).
        </p>
      ) : null}
    </>
  );
}
