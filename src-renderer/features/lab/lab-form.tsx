import { type ReactNode, useId } from 'react';
import type { LabCondition, LabEstimate, LabRequest } from '../../../src-main/shared/lab.ts';
import { labRegions } from '../../../src-main/shared/lab-design.ts';
import { fastTiers } from '../../../src-main/shared/tiers.ts';
import { useAccountNames } from '../../hooks/use-account-names.ts';
import { useAnswer } from '../../hooks/use-answer.ts';
import { useSettled } from '../../hooks/use-settled.ts';
import { formatCount, formatCountOf, formatMs, formatPercent, formatTokens } from '../../lib/format.ts';
import { useApp } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import fieldsStyles from '../../ui/fields.module.css';
import figuresStyles from '../../ui/figures.module.css';
import layoutStyles from '../../ui/layout.module.css';
import { ProblemText } from '../../ui/problem-text.tsx';
import { SegmentedControl } from '../../ui/segmented-control.tsx';
import { Select } from '../../ui/select.tsx';
import textStyles from '../../ui/text.module.css';
import labStyles from './lab.module.css';
import styles from './lab-form.module.css';

interface LabFormProps {
  readonly request: LabRequest;
  /** Names of models that turns were seen with. */
  readonly models: readonly string[];
  readonly isRunning: boolean;
  readonly onRequest: (request: LabRequest) => void;
  readonly onStart: () => void;
}

const questions = [
  { value: 'pairs', label: 'Does fast help here?' },
  { value: 'conditions', label: 'What does fast depend on here?' },
] as const;
const sizes = [
  { value: '3', label: '3 pairs: a try-out, no verdict' },
  { value: '12', label: 'at most 12 pairs' },
  { value: '24', label: 'at most 24 pairs: the usual' },
  { value: '36', label: 'at most 36 pairs' },
  { value: '48', label: 'at most 48 pairs' },
] as const;
const regions = labRegions.map((percent) => ({ value: String(percent), label: `±${percent} %` }));
const conditions: readonly { readonly value: LabCondition; readonly label: string }[] = [
  { value: 'transport', label: 'websocket' },
  { value: 'originator', label: 'official originator' },
  { value: 'hint', label: 'routing hint' },
  { value: 'metadata', label: 'turn metadata' },
];
const prompts = [
  { value: 'enumerate', label: 'count aloud (the experiment)' },
  { value: 'ok', label: 'say OK (only shows that it works)' },
] as const;
const efforts = ['low', 'medium', 'high', 'xhigh'].map((value) => ({ value, label: value }));
const newSession = '';
const tierOptions = fastTiers.map(({ id, word }) => ({ value: id, label: word }));
/** Typing asks for one estimate, not one a letter. */
const restMs = 250;

/** A new experiment: its cost stands there before it can be started. */
export function LabForm({ request, models, isRunning, onRequest, onStart }: LabFormProps): ReactNode {
  const accounts = useApp((state) => state.accounts);
  const nameOf = useAccountNames();
  const { estimate, problem } = useEstimate(request);
  const modelId = useId();
  const listId = useId();
  const accountOptions = [
    { value: newSession, label: 'the account a new session gets' },
    ...accounts.filter(({ enabled }) => enabled).map((account) => ({ value: account.id, label: nameOf(account) })),
  ];
  return (
    <Card title="New experiment">
      <div className={figuresStyles.figuresBody}>
        <SegmentedControl
          label="Question"
          value={request.kind}
          segments={questions}
          onChange={(kind) => onRequest({ ...request, kind })}
        />
        <div className={styles.labFields}>
          <label className={fieldsStyles.selectField} htmlFor={modelId}>
            <span className={fieldsStyles.selectLabel}>Model</span>
            <input
              id={modelId}
              className={fieldsStyles.textField}
              value={request.model}
              maxLength={100}
              list={listId}
              spellCheck={false}
              autoComplete="off"
              onChange={(event) => onRequest({ ...request, model: event.target.value })}
            />
            <datalist id={listId}>
              {models.map((model) => (
                <option key={model} value={model} />
              ))}
            </datalist>
          </label>
          {tierOptions.length > 1 ? (
            <Select
              label="Tier"
              isLabelShown
              value={request.tier}
              options={tierOptions}
              onChange={(tier) => onRequest({ ...request, tier })}
            />
          ) : null}
          <Select
            label="Effort"
            isLabelShown
            value={request.effort}
            options={withOwn(efforts, request.effort, request.effort)}
            onChange={(effort) => onRequest({ ...request, effort })}
          />
          <Select
            label="Account"
            isLabelShown
            value={request.accountId ?? newSession}
            options={withOwn(accountOptions, request.accountId ?? newSession, 'an account that cannot be used now')}
            onChange={(id) => onRequest({ ...request, accountId: id === newSession ? null : id })}
          />
          {request.kind === 'pairs' ? (
            <Select
              label="Size"
              isLabelShown
              value={String(request.pairs)}
              options={withOwn(sizes, String(request.pairs), `at most ${request.pairs} pairs`)}
              onChange={(value) => onRequest({ ...request, pairs: Number(value) })}
            />
          ) : null}
          <Select
            label="Does not matter"
            isLabelShown
            value={String(request.regionPercent)}
            options={regions}
            onChange={(value) => {
              const regionPercent = labRegions.find((percent) => String(percent) === value);
              if (regionPercent !== undefined) onRequest({ ...request, regionPercent });
            }}
          />
          <Select
            label="Prompt"
            isLabelShown
            value={request.prompt}
            options={prompts}
            onChange={(prompt) => onRequest({ ...request, prompt })}
          />
        </div>
        {request.kind === 'conditions' ? (
          <fieldset className={styles.labConditions}>
            <legend className={fieldsStyles.selectLabel}>Conditions to leave out, one by one</legend>
            {conditions.map(({ value, label }) => (
              <label key={value}>
                <input
                  type="checkbox"
                  checked={request.conditions.includes(value)}
                  disabled={request.conditions.length === 1 && request.conditions.includes(value)}
                  onChange={(event) =>
                    onRequest({ ...request, conditions: chosen(request, value, event.target.checked) })
                  }
                />{' '}
                {label}
              </label>
            ))}
          </fieldset>
        ) : null}
        <ProblemText problem={problem} />
        {estimate === null ? null : <Cost estimate={estimate} />}
        <div className={layoutStyles.addButtons}>
          <Button
            variant="primary"
            disabled={estimate === null || isRunning || accounts.length === 0}
            onClick={onStart}
          >
            Start the experiment
          </Button>
          {isRunning ? <span className={textStyles.faint}>One runs already; stop it or wait for its end.</span> : null}
          {accounts.length === 0 ? (
            <span className={textStyles.faint}>
              It takes an account: <a href="#/accounts">add one</a> first.
            </span>
          ) : null}
        </div>
      </div>
    </Card>
  );
}

/** In their order of always. */
function chosen(request: LabRequest, condition: LabCondition, isIn: boolean): LabCondition[] {
  const all = conditions.map(({ value }) => value);
  return all.filter((value) => (value === condition ? isIn : request.conditions.includes(value)));
}

/** Choices with the present one among them, whatever it is. */
function withOwn<T extends { readonly value: string; readonly label: string }>(
  options: readonly T[],
  value: string,
  label: string,
): readonly { readonly value: string; readonly label: string }[] {
  return options.some((option) => option.value === value) ? options : [{ value, label }, ...options];
}

/** What the request would take, or why that cannot be said. */
function useEstimate(request: LabRequest): { readonly estimate: LabEstimate | null; readonly problem: string | null } {
  const asked = useSettled(request, restMs);
  const isNamed = asked.model.trim() !== '';
  const { answered, failed } = useAnswer('lab.estimate', asked, { isAsked: isNamed });
  if (request.model.trim() === '') return { estimate: null, problem: 'Name a model.' };
  // What an earlier request would have taken is not this one's cost.
  if (asked !== request) return { estimate: null, problem: null };
  return { estimate: answered?.value ?? null, problem: failed?.message ?? null };
}

function Cost({ estimate }: { readonly estimate: LabEstimate }): ReactNode {
  const { turns, pairs, outputTokens, standardEquivalentTokens, durationMs, quotaPercent, quotaReadings } = estimate;
  const facts = [
    {
      name: 'Turns',
      value: formatCount(turns),
      note: `at most, for ${formatCountOf(pairs, 'pair')}`,
    },
    { name: 'Tokens out', value: formatTokens(outputTokens), note: 'about' },
    { name: 'Drawn like', value: formatTokens(standardEquivalentTokens), note: 'standard tokens; fast draws 2.5×' },
    { name: 'Time', value: formatMs(durationMs), note: 'about' },
    quotaPercent === null
      ? {
          name: 'Quota',
          value: 'not known',
          note: `too little traffic to tell: n = ${formatCountOf(quotaReadings, 'reading')}`,
        }
      : {
          name: 'Quota',
          value: formatPercent(quotaPercent),
          note: `about, of the short window; from n = ${formatCountOf(quotaReadings, 'reading')}`,
        },
  ];
  return (
    <div className={labStyles.labCost} role="note" aria-label="Cost">
      <p>{estimate.sentence}</p>
      <dl>
        {facts.map(({ name, value, note }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
            <dd className={textStyles.faint}>{note}</dd>
          </div>
        ))}
      </dl>
      {quotaPercent !== null && quotaPercent > 100 ? (
        <p className={textStyles.badText}>
          More than a whole short window: it will be stopped by the usage limit. Try fewer pairs.
        </p>
      ) : null}
      {estimate.modelHasTier === false ? (
        <p className={textStyles.badText}>
          The catalogue says that {estimate.model} has no {estimate.tier} tier; expect no difference.
        </p>
      ) : null}
    </div>
  );
}
