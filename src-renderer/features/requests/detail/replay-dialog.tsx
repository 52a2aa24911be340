import { type ReactNode, useState } from 'react';
import type { RequestRow } from '../../../../src-main/shared/model.ts';
import { fastTiers } from '../../../../src-main/shared/tiers.ts';
import type { ReplayRequest } from '../../../../src-main/shared/trace-tools.ts';
import { absent, transports } from '../../../../src-main/shared/turn-words.ts';
import type { Translate } from '../../../../src-main/shared/words/words.ts';
import { useIsGone } from '../../../hooks/use-is-gone.ts';
import { useActions, useStores, useWords } from '../../../stores/stores.ts';
import { Button } from '../../../ui/button.tsx';
import dialogStyles from '../../../ui/dialog.module.css';
import { Dialog } from '../../../ui/dialog.tsx';
import fieldsStyles from '../../../ui/fields.module.css';
import { ProblemText } from '../../../ui/problem-text.tsx';
import { Select } from '../../../ui/select.tsx';
import { TextField } from '../../../ui/text-field.tsx';
import styles from './replay-dialog.module.css';

interface ReplayDialogProps {
  readonly row: RequestRow;
  readonly onClose: () => void;
}

const tiersOf = (t: Translate): readonly { readonly value: ReplayRequest['tier']; readonly label: string }[] => [
  { value: 'same', label: t('replay.tier.same') },
  { value: absent, label: t('replay.tier.none') },
  ...fastTiers.map(({ id, word, quotaTimes: [from, to] }) => ({
    value: id,
    label: t('replay.tier.fast', { tier: word, from: String(from), to: String(to) }),
  })),
];

type TransportChoice = 'same' | NonNullable<ReplayRequest['transport']>;

const transportsOf = (t: Translate): readonly { readonly value: TransportChoice; readonly label: string }[] => [
  { value: 'same', label: t('replay.transport.same') },
  ...transports.map((value) => ({ value, label: t(`transport.${value}`) })),
];

/** Sends a request again, with something changed, and goes to the new one. */
export function ReplayDialog({ row, onClose }: ReplayDialogProps): ReactNode {
  const { t } = useWords();
  const actions = useActions();
  const { ui } = useStores();
  const [tier, setTier] = useState<ReplayRequest['tier']>('same');
  const [transport, setTransport] = useState<TransportChoice>('same');
  const [model, setModel] = useState(row.model);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const isGone = useIsGone();
  const send = async (): Promise<void> => {
    setBusy(true);
    const result = await actions.request('requests.replay', {
      id: row.id,
      tier,
      model: model.trim() === row.model ? null : model.trim(),
      transport: transport === 'same' ? null : transport,
    });
    if (isGone.current) return;
    setBusy(false);
    if (!result.ok) {
      setProblem(result.error.message);
      return;
    }
    onClose();
    ui.getState().openRequest(result.value.id);
  };
  return (
    <Dialog title={t('replay.title')} onClose={onClose}>
      <div className={dialogStyles.dialogBody}>
        <p>{t('replay.what')}</p>
        <div className={styles.replayFields}>
          <Select label={t('replay.tier')} labelPlace="beside" value={tier} options={tiersOf(t)} onChange={setTier} />
          <label className={fieldsStyles.selectField}>
            <span className={fieldsStyles.selectLabel}>{t('replay.model')}</span>
            <TextField value={model} onChange={(event) => setModel(event.target.value)} />
          </label>
          <Select
            label={t('replay.transport')}
            labelPlace="beside"
            value={transport}
            options={transportsOf(t)}
            onChange={setTransport}
          />
        </div>
        <ProblemText problem={problem} />
      </div>
      <footer className={dialogStyles.dialogFoot}>
        <Button onClick={onClose}>{t('ui.cancel')}</Button>
        <Button variant="primary" makesCall disabled={isBusy || model.trim() === ''} onClick={() => void send()}>
          {t('replay.do')}
        </Button>
      </footer>
    </Dialog>
  );
}
