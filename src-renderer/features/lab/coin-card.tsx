import { type ReactNode, useId, useState } from 'react';
import type { CoinRequest } from '../../../src-main/shared/lab.ts';
import { defaultTier } from '../../../src-main/shared/tiers.ts';
import { useAccountNames } from '../../hooks/use-account-names.ts';
import { useActions, useApp, useWords } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import fieldsStyles from '../../ui/fields.module.css';
import figuresStyles from '../../ui/figures.module.css';
import layoutStyles from '../../ui/layout.module.css';
import { RichText } from '../../ui/rich-text.tsx';
import { Select } from '../../ui/select.tsx';
import textStyles from '../../ui/text.module.css';
import styles from './lab-form.module.css';

interface CoinCardProps {
  /** Names of models that turns were seen with. */
  readonly models: readonly string[];
  readonly onStart: (request: CoinRequest) => void;
  readonly onLeave: (id: string) => void;
  readonly onShow: (id: string) => void;
}

const newSession = '';
const sizes = [24, 36, 48] as const;

/** The opt-in to a coin, and the coins that are thrown now. */
export function CoinCard({ models, onStart, onLeave, onShow }: CoinCardProps): ReactNode {
  const { t } = useWords();
  const { setFastPolicy } = useActions();
  const coins = useApp((state) => state.coins);
  const accounts = useApp((state) => state.accounts);
  const isFree = useApp((state) => state.settings?.fastPolicy === 'auto');
  const nameOf = useAccountNames();
  const [model, setModel] = useState('gpt-5.5');
  const [account, setAccount] = useState(newSession);
  const [pairs, setPairs] = useState('24');
  const modelId = useId();
  const listId = useId();
  const accountOptions = [
    { value: newSession, label: t('lab.coin.newSession') },
    ...accounts.filter(({ enabled }) => enabled).map((each) => ({ value: each.id, label: nameOf(each) })),
  ];
  const start = (): void =>
    onStart({
      model: model.trim(),
      tier: defaultTier.id,
      accountId: account === newSession ? null : account,
      pairs: Number(pairs),
      regionPercent: 10,
    });
  return (
    <Card title={t('lab.coin')}>
      <div className={figuresStyles.figuresBody}>
        <p>{t('lab.coin.what')}</p>
        <p className={textStyles.faint}>{t('lab.coin.end')}</p>
        {coins.map(({ id, accountLabel, ...coin }) => (
          <div key={id} className={layoutStyles.addButtons}>
            <span>{t('lab.coin.running', { ...coin, account: accountLabel })}</span>
            <Button onClick={() => onShow(id)}>{t('lab.coin.show')}</Button>
            <Button variant="danger" onClick={() => onLeave(id)}>
              {t('lab.coin.leave')}
            </Button>
          </div>
        ))}
        <div className={styles.labFields}>
          <label className={fieldsStyles.selectField} htmlFor={modelId}>
            <span className={fieldsStyles.selectLabel}>{t('lab.coin.model')}</span>
            <input
              id={modelId}
              className={fieldsStyles.textField}
              value={model}
              maxLength={100}
              list={listId}
              spellCheck={false}
              autoComplete="off"
              onChange={(event) => setModel(event.target.value)}
            />
            <datalist id={listId}>
              {models.map((name) => (
                <option key={name} value={name} />
              ))}
            </datalist>
          </label>
          <Select
            label={t('lab.coin.account')}
            isLabelShown
            value={account}
            options={accountOptions}
            onChange={setAccount}
          />
          <Select
            label={t('lab.coin.pairs')}
            isLabelShown
            value={pairs}
            options={sizes.map((count) => ({ value: String(count), label: t('lab.coin.most', { count }) }))}
            onChange={setPairs}
          />
        </div>
        <div className={layoutStyles.addButtons}>
          <Button disabled={!isFree || model.trim() === '' || accounts.length === 0} onClick={start}>
            {t('lab.coin.start')}
          </Button>
          {isFree ? null : (
            <span className={textStyles.warnText}>
              <RichText id="lab.coin.switched" with={{ b: (children) => <b>{children}</b> }} />
            </span>
          )}
          {isFree ? null : <Button onClick={() => void setFastPolicy('auto')}>{t('lab.coin.setAuto')}</Button>}
        </div>
      </div>
    </Card>
  );
}
