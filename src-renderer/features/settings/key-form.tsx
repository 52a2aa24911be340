import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import type { KeyFacts } from '../../../src-main/shared/key-model.ts';
import { maxKeyNameChars } from '../../../src-main/shared/settings-limits.ts';
import { useWords } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import layoutStyles from '../../ui/layout.module.css';
import { Select } from '../../ui/select.tsx';
import { SetElsewhere } from '../../ui/set-elsewhere.tsx';
import { Field } from './field.tsx';
import styles from './keys-card.module.css';

const dayMs = 24 * 60 * 60_000;
const days = ['1', '7', '30', '90', '365'] as const;
/** `kept`: as the key has it already. */
type Expiry = 'kept' | 'never' | (typeof days)[number];
type Tiers = 'kept' | 'all' | 'standard';

const noFacts: KeyFacts = {
  name: '',
  expiresAt: null,
  models: null,
  tiers: null,
  requestsPerDay: null,
  tokensPerDay: null,
};

const textsOf = ({ name, models, requestsPerDay, tokensPerDay }: KeyFacts) => ({
  name,
  models: models?.join(', ') ?? '',
  requests: String(requestsPerDay ?? ''),
  tokens: String(tokensPerDay ?? ''),
});

function tiersOf({ tiers }: KeyFacts): Tiers {
  if (tiers === null) return 'all';
  return tiers.length === 1 && tiers[0] === 'standard' ? 'standard' : 'kept';
}

type Problems = Partial<Record<keyof ReturnType<typeof textsOf>, string | undefined>>;

interface KeyFormProps {
  /** Of the key that is changed; without it, one is made. */
  readonly facts?: KeyFacts;
  /** False where it came to nothing. */
  readonly onSubmit: (facts: KeyFacts) => Promise<boolean>;
  readonly onCancel?: () => void;
  /** Begins anew with what the key was changed to elsewhere; absent where it was not. */
  readonly onTake?: () => void;
}

/** What a key is called and may do. */
export function KeyForm({ facts = noFacts, onSubmit, onCancel, onTake }: KeyFormProps): ReactNode {
  const { t, format } = useWords();
  const [texts, setTexts] = useState(textsOf(facts));
  const [expiry, setExpiry] = useState<Expiry>(facts.expiresAt === null ? 'never' : 'kept');
  const [tiers, setTiers] = useState<Tiers>(tiersOf(facts));
  const [problems, setProblems] = useState<Problems>({});
  const form = useRef<HTMLFormElement>(null);
  const field = (name: keyof typeof texts) => ({
    value: texts[name],
    problem: problems[name],
    onChange: (value: string) => {
      setTexts({ ...texts, [name]: value });
      // What is being mended is not called wrong any more.
      setProblems({ ...problems, [name]: undefined });
    },
  });
  const expiryAt = (): number | null => {
    if (expiry === 'kept') return facts.expiresAt;
    return expiry === 'never' ? null : Date.now() + Number(expiry) * dayMs;
  };
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const name = texts.name.trim();
    const [requestsPerDay, tokensPerDay] = [limitOf(texts.requests), limitOf(texts.tokens)];
    const isNameWrong = name === '' || name.length > maxKeyNameChars || !/^[\x20-\x7e]*$/.test(name);
    setProblems({
      ...(isNameWrong ? { name: t('apiKeys.wrongName', { most: maxKeyNameChars }) } : {}),
      ...(requestsPerDay === 'wrong' ? { requests: t('apiKeys.wrongNumber') } : {}),
      ...(tokensPerDay === 'wrong' ? { tokens: t('apiKeys.wrongNumber') } : {}),
    });
    if (isNameWrong || requestsPerDay === 'wrong' || tokensPerDay === 'wrong') {
      // After React has marked it.
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus());
      return;
    }
    const models = texts.models.split(/[\s,]+/).filter(Boolean);
    const isDone = await onSubmit({
      name,
      expiresAt: expiryAt(),
      models: models.length === 0 ? null : models,
      tiers: { kept: facts.tiers, all: null, standard: ['standard'] }[tiers],
      requestsPerDay,
      tokensPerDay,
    });
    if (isDone) setTexts(textsOf(facts));
  };
  const isNew = facts === noFacts;
  useEffect(() => {
    if (!isNew) form.current?.querySelector('input')?.focus();
  }, [isNew]);
  const keptExpiry =
    facts.expiresAt === null ? [] : [{ value: 'kept', label: format.longInstant(facts.expiresAt) } as const];
  const keptTiers =
    facts.tiers === null || tiersOf(facts) !== 'kept'
      ? []
      : [{ value: 'kept', label: format.list(facts.tiers) } as const];
  return (
    <form
      ref={form}
      className={styles.form}
      noValidate
      onSubmit={(event) => void submit(event)}
      aria-label={isNew ? t('apiKeys.create') : t('apiKeys.change', { name: facts.name })}
    >
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
          labelPlace="above"
          value={expiry}
          options={[
            ...keptExpiry,
            { value: 'never', label: t('apiKeys.never') },
            ...days.map((value) => ({ value, label: t('apiKeys.days', { days: Number(value) }) })),
          ]}
          onChange={setExpiry}
        />
        <Select
          label={t('apiKeys.tiers')}
          labelPlace="above"
          value={tiers}
          options={[
            ...keptTiers,
            { value: 'all', label: t('apiKeys.tiersAll') },
            { value: 'standard', label: t('apiKeys.tiersStandard') },
          ]}
          onChange={setTiers}
        />
      </div>
      {onTake === undefined ? null : (
        <SetElsewhere told={t('apiKeys.elsewhere')} take={t('apiKeys.elsewhere.take')} onTake={onTake} />
      )}
      <div className={layoutStyles.addButtons}>
        <Button isSubmit makesCall>
          {isNew ? t('apiKeys.create') : t('apiKeys.save')}
        </Button>
        {onCancel === undefined ? null : <Button onClick={onCancel}>{t('apiKeys.cancel')}</Button>}
      </div>
    </form>
  );
}

function limitOf(text: string): number | null | 'wrong' {
  const digits = text.trim();
  if (digits === '') return null;
  return /^[1-9]\d{0,11}$/.test(digits) ? Number(digits) : 'wrong';
}
