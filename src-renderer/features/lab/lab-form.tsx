import { type ReactNode, useId } from 'react';
import type { LabCondition, LabEstimate, LabRequest } from '../../../src-main/shared/lab.ts';
import { labRegions } from '../../../src-main/shared/lab-design.ts';
import type { Failure } from '../../../src-main/shared/result.ts';
import { fastTiers } from '../../../src-main/shared/tiers.ts';
import { useAccountNames } from '../../hooks/use-account-names.ts';
import { useAnswer } from '../../hooks/use-answer.ts';
import { useSettled } from '../../hooks/use-settled.ts';
import { useApp, useWords } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import fieldsStyles from '../../ui/fields.module.css';
import figuresStyles from '../../ui/figures.module.css';
import layoutStyles from '../../ui/layout.module.css';
import { ProblemText } from '../../ui/problem-text.tsx';
import { RichText } from '../../ui/rich-text.tsx';
import { SegmentedControl } from '../../ui/segmented-control.tsx';
import { Select } from '../../ui/select.tsx';
import textStyles from '../../ui/text.module.css';
import { TextField } from '../../ui/text-field.tsx';
import { Unanswered } from '../../ui/unanswered.tsx';
import { CoinOffer } from './coin-offer.tsx';
import { LabCost } from './lab-cost.tsx';
import styles from './lab-form.module.css';

/** What the form holds: an experiment's request, or that of a coin, which takes less. */
export type FormRequest = Omit<LabRequest, 'kind'> & { readonly kind: LabRequest['kind'] | 'coin' };

interface LabFormProps {
  readonly request: FormRequest;
  /** Names of models that turns were seen with. */
  readonly models: readonly string[];
  readonly isRunning: boolean;
  readonly onRequest: (request: FormRequest) => void;
  readonly onStart: () => void;
}

const kinds = ['pairs', 'conditions', 'coin'] as const;
const sizes = ['3', '12', '24', '36', '48'] as const;
/** A coin has no try-out: its sessions are sent anyway. */
const coinSizes = sizes.slice(1);
const regions = labRegions.map((percent) => ({ value: String(percent), label: `±${percent} %` }));
const conditions: readonly LabCondition[] = ['transport', 'originator', 'hint', 'metadata'];
const prompts = ['enumerate', 'ok'] as const;
const efforts = ['low', 'medium', 'high', 'xhigh'].map((value) => ({ value, label: value }));
const newSession = '';
const tierOptions = fastTiers.map(({ id, word }) => ({ value: id, label: word }));
/** Typing asks for one estimate, not one a letter. */
const restMs = 250;

/** A new experiment: its cost stands there before it can be started. */
export function LabForm({ request, models, isRunning, onRequest, onStart }: LabFormProps): ReactNode {
  const { t } = useWords();
  const accounts = useApp((state) => state.accounts);
  const isCoin = request.kind === 'coin';
  const { estimate, failed, readAgain } = useEstimate(request);
  const sizeOptions = (isCoin ? coinSizes : sizes).map((value) => ({ value, label: t(`lab.form.size.${value}`) }));
  return (
    <Card title={t('lab.form')}>
      <div className={figuresStyles.figuresBody}>
        <SegmentedControl
          label={t('lab.form.question')}
          value={request.kind}
          segments={kinds.map((value) => ({ value, label: t(`lab.form.question.${value}`) }))}
          onChange={(kind) => onRequest({ ...request, kind, pairs: kind === 'coin' ? 24 : request.pairs })}
        />
        <div className={styles.labFields}>
          <ModelField model={request.model} models={models} onModel={(model) => onRequest({ ...request, model })} />
          {tierOptions.length > 1 ? (
            <Select
              label={t('lab.form.tier')}
              labelPlace="beside"
              value={request.tier}
              options={tierOptions}
              onChange={(tier) => onRequest({ ...request, tier })}
            />
          ) : null}
          {isCoin ? null : (
            <Select
              label={t('lab.form.effort')}
              labelPlace="beside"
              value={request.effort}
              options={withOwn(efforts, request.effort, request.effort)}
              onChange={(effort) => onRequest({ ...request, effort })}
            />
          )}
          <AccountField id={request.accountId} onId={(accountId) => onRequest({ ...request, accountId })} />
          {request.kind === 'conditions' ? null : (
            <Select
              label={t(isCoin ? 'lab.coin.pairs' : 'lab.form.size')}
              labelPlace="beside"
              value={String(request.pairs)}
              options={withOwn(sizeOptions, String(request.pairs), t('lab.form.size.other', { count: request.pairs }))}
              onChange={(value) => onRequest({ ...request, pairs: Number(value) })}
            />
          )}
          <Select
            label={t('lab.form.region')}
            labelPlace="beside"
            value={String(request.regionPercent)}
            options={regions}
            onChange={(value) => {
              const regionPercent = labRegions.find((percent) => String(percent) === value);
              if (regionPercent !== undefined) onRequest({ ...request, regionPercent });
            }}
          />
          {isCoin ? null : (
            <Select
              label={t('lab.form.prompt')}
              labelPlace="beside"
              value={request.prompt}
              options={prompts.map((value) => ({ value, label: t(`lab.form.prompt.${value}`) }))}
              onChange={(prompt) => onRequest({ ...request, prompt })}
            />
          )}
        </div>
        {request.kind === 'conditions' ? (
          <fieldset className={styles.labConditions}>
            <legend className={fieldsStyles.selectLabel}>{t('lab.form.conditions')}</legend>
            {conditions.map((value) => (
              <label key={value}>
                <input
                  type="checkbox"
                  checked={request.conditions.includes(value)}
                  disabled={request.conditions.length === 1 && request.conditions.includes(value)}
                  onChange={(event) =>
                    onRequest({ ...request, conditions: chosen(request, value, event.target.checked) })
                  }
                />{' '}
                {t(`lab.condition.${value}`)}
              </label>
            ))}
          </fieldset>
        ) : null}
        <ProblemText problem={request.model.trim() === '' ? t('lab.form.noModel') : null} />
        <Unanswered failed={failed} onAgain={readAgain} />
        {isCoin ? (
          <CoinOffer isReady={request.model.trim() !== '' && accounts.length > 0} onStart={onStart} />
        ) : (
          <>
            {estimate === null ? null : <LabCost estimate={estimate} kind={request.kind} />}
            <div className={layoutStyles.addButtons}>
              <Button
                variant="primary"
                makesCall
                disabled={estimate === null || isRunning || accounts.length === 0}
                onClick={onStart}
              >
                {t('lab.form.start')}
              </Button>
              {isRunning ? <span className={textStyles.faint}>{t('lab.form.runs')}</span> : null}
            </div>
          </>
        )}
        {accounts.length === 0 ? (
          <p className={textStyles.faint}>
            <RichText id="lab.form.noAccount" with={{ link: (text) => <a href="#/accounts">{text}</a> }} />
          </p>
        ) : null}
      </div>
    </Card>
  );
}

interface ModelFieldProps {
  readonly model: string;
  readonly models: readonly string[];
  readonly onModel: (model: string) => void;
}

function ModelField({ model, models, onModel }: ModelFieldProps): ReactNode {
  const { t } = useWords();
  const modelId = useId();
  const listId = useId();
  return (
    <label className={fieldsStyles.selectField} htmlFor={modelId}>
      <span className={fieldsStyles.selectLabel}>{t('lab.form.model')}</span>
      <TextField
        id={modelId}
        value={model}
        maxLength={100}
        list={listId}
        onChange={(event) => onModel(event.target.value)}
      />
      <datalist id={listId}>
        {models.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </label>
  );
}

interface AccountFieldProps {
  /** Null: the account a new session gets. */
  readonly id: string | null;
  readonly onId: (id: string | null) => void;
}

function AccountField({ id, onId }: AccountFieldProps): ReactNode {
  const { t } = useWords();
  const accounts = useApp((state) => state.accounts);
  const nameOf = useAccountNames();
  const options = [
    { value: newSession, label: t('lab.form.newSession') },
    ...accounts.filter(({ enabled }) => enabled).map((account) => ({ value: account.id, label: nameOf(account) })),
  ];
  return (
    <Select
      label={t('lab.form.account')}
      labelPlace="beside"
      value={id ?? newSession}
      options={withOwn(options, id ?? newSession, t('lab.form.lostAccount'))}
      onChange={(value) => onId(value === newSession ? null : value)}
    />
  );
}

/** In their order of always. */
function chosen(request: FormRequest, condition: LabCondition, isIn: boolean): LabCondition[] {
  return conditions.filter((value) => (value === condition ? isIn : request.conditions.includes(value)));
}

/** Choices with the present one among them, whatever it is. */
function withOwn<T extends { readonly value: string; readonly label: string }>(
  options: readonly T[],
  value: string,
  label: string,
): readonly { readonly value: string; readonly label: string }[] {
  return options.some((option) => option.value === value) ? options : [{ value, label }, ...options];
}

interface Estimated {
  readonly estimate: LabEstimate | null;
  readonly failed: Failure | null;
  readonly readAgain: () => void;
}

/** What the request would take, or why that cannot be said. */
function useEstimate(request: FormRequest): Estimated {
  const settled = useSettled(request, restMs);
  const { kind } = settled;
  const asked: LabRequest = { ...settled, kind: kind === 'coin' ? 'pairs' : kind };
  const isAsked = asked.model.trim() !== '' && kind !== 'coin';
  const { answered, failed, readAgain } = useAnswer('lab.estimate', asked, { isAsked });
  // What an earlier request would have taken is not this one's cost.
  if (!isAsked || settled !== request) return { estimate: null, failed: null, readAgain };
  return { estimate: answered?.value ?? null, failed, readAgain };
}
