import { type ReactNode, useCallback, useEffect, useState } from 'react';
import type { ClientPlan, ClientView } from '../../../src-main/shared/client-model.ts';
import { useActions } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { DiffView } from './diff-view.tsx';

interface SetUpDialogProps {
  readonly client: ClientView;
  readonly modeId: string;
  readonly onClose: () => void;
  readonly onApplied: (client: ClientView) => void;
}

/** Shows what would be written; writes exactly that, or nothing. */
export function SetUpDialog({ client, modeId, onClose, onApplied }: SetUpDialogProps): ReactNode {
  const actions = useActions();
  const [plan, setPlan] = useState<ClientPlan | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const readPlan = useCallback(async (): Promise<void> => {
    const result = await actions.request('clients.plan', { id: client.id, mode: modeId });
    setPlan(result.ok ? result.value : null);
    setProblem(result.ok ? null : result.error.message);
  }, [actions, client.id, modeId]);
  useEffect(() => void readPlan(), [readPlan]);
  const apply = async (hash: string): Promise<void> => {
    setBusy(true);
    const result = await actions.request('clients.apply', { id: client.id, mode: modeId, hash });
    setBusy(false);
    if (result.ok) {
      onApplied(result.value);
      onClose();
    } else {
      // What was shown is not what is there any more, or could not be written: it has to be looked at again.
      setPlan(null);
      setProblem(result.error.message);
    }
  };
  return (
    <Dialog title={`Set up ${client.name}`} onClose={onClose} isWide>
      <div className="dialog-body">
        {problem === null ? null : (
          <p className="bad-text" role="alert">
            {problem}
          </p>
        )}
        {plan === null && problem === null ? <p role="status">Reading the file…</p> : null}
        {plan === null ? null : <PlanPart plan={plan} />}
      </div>
      <footer className="dialog-foot">
        <Button onClick={onClose}>Cancel</Button>
        {problem === null ? null : <Button onClick={() => void readPlan()}>Read it again</Button>}
        <Button
          variant="primary"
          disabled={plan === null || plan.diff === '' || isBusy}
          onClick={() => {
            if (plan !== null) void apply(plan.hash);
          }}
        >
          Write the file
        </Button>
      </footer>
    </Dialog>
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
