import { type ReactNode, useState } from 'react';
import type { RequestRow } from '../../../../src-main/shared/model.ts';
import { fastTiers } from '../../../../src-main/shared/tiers.ts';
import type { ReplayRequest } from '../../../../src-main/shared/trace-tools.ts';
import { absent } from '../../../../src-main/shared/turn-words.ts';
import { useActions, useStores } from '../../../stores/stores.ts';
import { Button } from '../../../ui/button.tsx';
import dialogStyles from '../../../ui/dialog.module.css';
import { Dialog } from '../../../ui/dialog.tsx';
import fieldsStyles from '../../../ui/fields.module.css';
import { ProblemText } from '../../../ui/problem-text.tsx';
import { Select } from '../../../ui/select.tsx';
import styles from './replay-dialog.module.css';

interface ReplayDialogProps {
  readonly row: RequestRow;
  readonly onClose: () => void;
}

const tiers: readonly { readonly value: ReplayRequest['tier']; readonly label: string }[] = [
  { value: 'same', label: 'as the client asked' },
  { value: absent, label: absent },
  ...fastTiers.map(({ id, word, quotaTimes }) => ({
    value: id,
    label: `${word} (about ${quotaTimes.join(' to ')} times the usage)`,
  })),
];

const transports = [
  { value: 'same', label: "the account's own" },
  { value: 'ws', label: 'websocket' },
  { value: 'http', label: 'HTTP' },
] as const;

/** Sends a request again, with something changed, and goes to the new one. */
export function ReplayDialog({ row, onClose }: ReplayDialogProps): ReactNode {
  const actions = useActions();
  const { ui } = useStores();
  const [tier, setTier] = useState<ReplayRequest['tier']>('same');
  const [transport, setTransport] = useState<(typeof transports)[number]['value']>('same');
  const [model, setModel] = useState(row.model);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const send = async (): Promise<void> => {
    setBusy(true);
    const result = await actions.request('requests.replay', {
      id: row.id,
      tier,
      model: model.trim() === row.model ? null : model.trim(),
      transport: transport === 'same' ? null : transport,
    });
    setBusy(false);
    if (!result.ok) {
      setProblem(result.error.message);
      return;
    }
    onClose();
    ui.getState().openRequest(result.value.id);
  };
  return (
    <Dialog title="Send this request again" onClose={onClose}>
      <div className={dialogStyles.dialogBody}>
        <p>It goes to the same upstream as a turn of its own, and counts against the quota like any other.</p>
        <div className={styles.replayFields}>
          <Select label="Tier" isLabelShown value={tier} options={tiers} onChange={setTier} />
          <label className={fieldsStyles.selectField}>
            <span className={fieldsStyles.selectLabel}>Model</span>
            <input
              className={fieldsStyles.textField}
              value={model}
              spellCheck={false}
              onChange={(event) => setModel(event.target.value)}
            />
          </label>
          <Select label="Transport" isLabelShown value={transport} options={transports} onChange={setTransport} />
        </div>
        <ProblemText problem={problem} />
      </div>
      <footer className={dialogStyles.dialogFoot}>
        <Button onClick={onClose}>Cancel</Button>
        <Button variant="primary" disabled={isBusy || model.trim() === ''} onClick={() => void send()}>
          Send it
        </Button>
      </footer>
    </Dialog>
  );
}
