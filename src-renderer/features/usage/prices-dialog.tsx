import { type ReactNode, useId, useRef, useState } from 'react';
import { fastTiers } from '../../../src-main/shared/tiers.ts';
import type { UsagePrices } from '../../../src-main/shared/usage.ts';
import type { TextId } from '../../../src-main/shared/words/texts.ts';
import { classNames } from '../../lib/class-names.ts';
import { useActions, useApp, useWords } from '../../stores/stores.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import dialogStyles from '../../ui/dialog.module.css';
import { Dialog } from '../../ui/dialog.tsx';
import fieldsStyles from '../../ui/fields.module.css';
import { SetElsewhere } from '../../ui/set-elsewhere.tsx';
import textStyles from '../../ui/text.module.css';
import { TextField } from '../../ui/text-field.tsx';
import { type DraftRow, draftOf, emptyRow, isCurrency, isWrong, pricesKey, pricesOf } from './price-draft.ts';
import styles from './prices-dialog.module.css';

const columns = [
  { name: 'input', text: 'usage.price.input' },
  { name: 'cached', text: 'usage.price.cached' },
  { name: 'output', text: 'usage.price.output' },
] as const satisfies readonly { readonly name: keyof DraftRow; readonly text: TextId }[];

/** Sets what tokens cost; nothing is known beforehand. */
export function PricesDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const kept = useApp((state) => state.settings?.usagePrices ?? null);
  /** What the edit began with. */
  const [base, setBase] = useState(kept);
  if (kept === null) return null;
  const begun = base ?? kept;
  return <PricesForm key={pricesKey(begun)} base={begun} kept={kept} onTake={() => setBase(kept)} onClose={onClose} />;
}

interface PricesFormProps {
  readonly base: UsagePrices;
  /** As they are set now. */
  readonly kept: UsagePrices;
  /** Begins anew with those. */
  readonly onTake: () => void;
  readonly onClose: () => void;
}

function PricesForm({ base, kept, onTake, onClose }: PricesFormProps): ReactNode {
  const { t } = useWords();
  const actions = useActions();
  const [isShown, setShown] = useState(base.isShown);
  const [currency, setCurrency] = useState(base.currency);
  const [rows, setRows] = useState<readonly DraftRow[]>(() => draftOf(base.rows));
  const [isRefused, setRefused] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const whyId = useId();
  /** What a field that keeps the prices from being taken is marked with. */
  const marked = (isBad: boolean) =>
    isRefused && isBad ? ({ 'aria-invalid': true, 'aria-describedby': whyId } as const) : {};
  const edit = (id: number, patch: Partial<DraftRow>): void =>
    setRows(rows.map((row) => (row.id === id ? { ...row, ...patch } : row)));
  const save = async (): Promise<void> => {
    const prices = pricesOf({ isShown, currency, rows });
    setRefused(prices === null);
    // After React has marked it.
    if (prices === null)
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus());
    if (prices !== null && (await actions.changeSettings({ usagePrices: prices }))) onClose();
  };
  const isSetElsewhere = ![base, pricesOf({ isShown, currency, rows })].some(
    (one) => one !== null && pricesKey(one) === pricesKey(kept),
  );
  const named = (text: TextId, row: number): string =>
    t('usage.price.row', { name: (t as (id: TextId) => string)(text), row: row + 1 });
  return (
    <Dialog title={t('usage.price.title')} isWide onClose={onClose}>
      <form
        ref={form}
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <div className={dialogStyles.dialogBody}>
          <p>{t('usage.price.why')}</p>
          <div className={styles.head}>
            <label className={fieldsStyles.checkbox}>
              <input type="checkbox" checked={isShown} onChange={(event) => setShown(event.target.checked)} />
              <span>{t('usage.price.show')}</span>
            </label>
            <label className={classNames(fieldsStyles.selectField, styles.currency)}>
              <span className={fieldsStyles.selectLabel}>{t('usage.price.currency')}</span>
              <TextField
                value={currency}
                maxLength={3}
                {...marked(!isCurrency(currency))}
                onChange={(event) => setCurrency(event.target.value.toUpperCase())}
              />
            </label>
          </div>
          <div className={styles.scroll}>
            <table className={styles.prices} aria-label={t('usage.price.title')}>
              <thead>
                <tr>
                  <th scope="col">{t('usage.price.model')}</th>
                  <th scope="col">{t('usage.price.tier')}</th>
                  {columns.map(({ name, text }) => (
                    <th key={name} scope="col">
                      {t(text)}
                    </th>
                  ))}
                  <td />
                </tr>
              </thead>
              <tbody>
                {rows.map((row, index) => (
                  <tr key={row.id}>
                    <td>
                      <TextField
                        aria-label={named('usage.price.model', index)}
                        value={row.model}
                        maxLength={100}
                        {...marked(isWrong(row, 'model'))}
                        onChange={(event) => edit(row.id, { model: event.target.value })}
                      />
                    </td>
                    <td>
                      <select
                        className={styles.tier}
                        aria-label={named('usage.price.tier', index)}
                        value={row.tier ?? '*'}
                        onChange={(event) =>
                          edit(row.id, { tier: event.target.value === '*' ? null : event.target.value })
                        }
                      >
                        <option value="*">{t('usage.price.tier.any')}</option>
                        <option value="">{t('usage.price.tier.none')}</option>
                        {fastTiers.map(({ id }) => (
                          <option key={id} value={id}>
                            {id}
                          </option>
                        ))}
                      </select>
                    </td>
                    {columns.map(({ name, text }) => (
                      <td key={name}>
                        <TextField
                          aria-label={named(text, index)}
                          inputMode="decimal"
                          {...marked(isWrong(row, name))}
                          value={row[name]}
                          onChange={(event) => edit(row.id, { [name]: event.target.value })}
                        />
                      </td>
                    ))}
                    <td>
                      <IconButton
                        icon="cross"
                        label={t('usage.price.remove', { row: index + 1 })}
                        onClick={() => setRows(rows.filter(({ id }) => id !== row.id))}
                      />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <div>
            <Button onClick={() => setRows([...rows, emptyRow(rows)])}>{t('usage.price.add')}</Button>
          </div>
          {isSetElsewhere ? (
            <SetElsewhere told={t('usage.price.elsewhere')} take={t('usage.price.elsewhere.take')} onTake={onTake} />
          ) : null}
          {isRefused ? (
            <p id={whyId} className={textStyles.badText} role="alert">
              {t('usage.price.bad')}
            </p>
          ) : null}
        </div>
        <footer className={dialogStyles.dialogFoot}>
          <Button onClick={onClose}>{t('usage.price.cancel')}</Button>
          <Button variant="primary" isSubmit makesCall>
            {t('usage.price.save')}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
