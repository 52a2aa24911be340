import { type FormEvent, type ReactNode, useState } from 'react';
import type { KeyFacts } from '../../../src-main/shared/key-model.ts';
import { maxKeyNameChars } from '../../../src-main/shared/settings-limits.ts';
import { useWords } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import { Select } from '../../ui/select.tsx';
import textStyles from '../../ui/text.module.css';
import { Field } from './field.tsx';
import styles from './keys-card.module.css';

const dayMs = 24 * 60 * 60_000;
const expiries = ['never', '1', '7', '30', '90', '365'] as const;
type Expiry = (typeof expiries)[number];

const empty = { name: '', models: '', requests: '', tokens: '' };

/** What a new key is called and may do. */
export function KeyForm({ onCreate }: { readonly onCreate: (facts: KeyFacts) => Promise<boolean> }): ReactNode {
  const { t } = useWords();
  const [texts, setTexts] = useState(empty);
  const [expiry, setExpiry] = useState<Expiry>('never');
  const [tiers, setTiers] = useState<'all' | 'standard'>('all');
  const [problem, setProblem] = useState<string | null>(null);
  const field = (name: keyof typeof empty) => ({
    value: texts[name],
    onChange: (value: string) => setTexts({ ...texts, [name]: value }),
  });
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const name = texts.name.trim();
    const [requestsPerDay, tokensPerDay] = [limitOf(texts.requests), limitOf(texts.tokens)];
    if (name === '' || name.length > maxKeyNameChars || !/^[\x20-\x7e]*$/.test(name))
      return setProblem(t('apiKeys.wrongName'));
    if (requestsPerDay === 'wrong' || tokensPerDay === 'wrong') return setProblem(t('apiKeys.wrongNumber'));
    setProblem(null);
    const models = texts.models.split(/[\s,]+/).filter(Boolean);
    const isMade = await onCreate({
      name,
      expiresAt: expiry === 'never' ? null : Date.now() + Number(expiry) * dayMs,
      models: models.length === 0 ? null : models,
      tiers: tiers === 'all' ? null : [tiers],
      requestsPerDay,
      tokensPerDay,
    });
    if (isMade) setTexts(empty);
  };
  return (
    <form className={styles.form} noValidate onSubmit={(event) => void submit(event)}>
      <Field {...field('name')} label={t('apiKeys.name')} help="" />
      <Field {...field('models')} label={t('apiKeys.models')} help={t('apiKeys.modelsHelp')} />
      <div className={styles.row}>
        <Field
          {...field('requests')}
          label={t('apiKeys.requests')}
          help=""
          placeholder={t('apiKeys.unlimited')}
          isShort
        />
        <Field {...field('tokens')} label={t('apiKeys.tokens')} help="" placeholder={t('apiKeys.unlimited')} isShort />
        <Select
          label={t('apiKeys.expires')}
          isLabelShown
          value={expiry}
          options={expiries.map((value) => ({
            value,
            label: value === 'never' ? t('apiKeys.never') : t('apiKeys.days', { days: Number(value) }),
          }))}
          onChange={setExpiry}
        />
        <Select
          label={t('apiKeys.tiers')}
          isLabelShown
          value={tiers}
          options={[
            { value: 'all', label: t('apiKeys.tiersAll') },
            { value: 'standard', label: t('apiKeys.tiersStandard') },
          ]}
          onChange={setTiers}
        />
      </div>
      {problem === null ? null : (
        <p className={textStyles.badText} role="alert">
          {problem}
        </p>
      )}
      <div>
        <Button isSubmit>{t('apiKeys.create')}</Button>
      </div>
    </form>
  );
}

function limitOf(text: string): number | null | 'wrong' {
  const digits = text.trim();
  if (digits === '') return null;
  return /^[1-9]\d{0,11}$/.test(digits) ? Number(digits) : 'wrong';
}
