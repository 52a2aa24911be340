import type { ReactNode } from 'react';
import type { ClientPlan, ClientView } from '../../../src-main/shared/client-model.ts';
import { useAnswer } from '../../hooks/use-answer.ts';
import { useActions, useWords } from '../../stores/stores.ts';
import { RichText } from '../../ui/rich-text.tsx';
import { ChangeDialog } from './change-dialog.tsx';
import { clientName } from './client-words.ts';
import { DiffView } from './diff-view.tsx';

interface SetUpDialogProps {
  readonly client: ClientView;
  readonly modeId: string;
  readonly onClose: () => void;
  readonly onApplied: (client: ClientView) => void;
}

/** Shows what a set-up would write. */
export function SetUpDialog({ client, modeId, onClose, onApplied }: SetUpDialogProps): ReactNode {
  const { t } = useWords();
  const actions = useActions();
  const { id } = client;
  const { answered, failed, readAgain } = useAnswer('clients.plan', { id, mode: modeId });
  return (
    <ChangeDialog
      title={t('clients.setUp.title', { client: clientName(t, client) })}
      change={answered?.value ?? null}
      problem={failed?.message ?? null}
      onReadAgain={readAgain}
      write={(hash, agreed) => actions.request('clients.apply', { id, mode: modeId, hash, ...agreed })}
      writeLabel={t('clients.setUp.write')}
      onClose={onClose}
      onDone={onApplied}
    >
      {(plan) => <PlanPart plan={plan} />}
    </ChangeDialog>
  );
}

const code = (text: ReactNode): ReactNode => <code>{text}</code>;

function PlanPart({ plan }: { readonly plan: ClientPlan }): ReactNode {
  const where = { place: plan.path, path: code };
  if (plan.diff === '')
    return (
      <p>
        <RichText id="clients.setUp.same" with={where} />
      </p>
    );
  return (
    <>
      <p>
        <RichText id="clients.setUp.what" with={where} />
      </p>
      <DiffView diff={plan.diff} />
      {plan.holdsKey ? (
        <p>
          <RichText id="clients.setUp.key" with={{ standIn: '<API key>', key: code }} />
        </p>
      ) : null}
    </>
  );
}
