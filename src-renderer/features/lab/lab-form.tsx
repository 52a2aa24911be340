import { type ReactNode, useEffect, useId, useState } from 'react';
import type { LabEstimate, LabRequest } from '../../../src-main/shared/lab.ts';
import { formatCount, formatMs, formatTokens } from '../../lib/format.ts';
import { useActions, useApp } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { Select } from '../../ui/select.tsx';

interface LabFormProps {
  readonly request: LabRequest;
  readonly isRunning: boolean;
  readonly onRequest: (request: LabRequest) => void;
  readonly onStart: () => void;
}

const sizes = [18, 30, 60, 120].map((pairs) => ({ value: String(pairs), label: `${pairs} pairs` }));
const prompts = [
  { value: 'enumerate', label: 'count aloud (the experiment)' },
  { value: 'ok', label: 'say OK (only shows that it works)' },
] as const;
const newSession = '';
/** Typing asks for one estimate, not one a letter. */
const restMs = 250;

/** A new experiment: its cost stands there before it can be started. */
export function LabForm({ request, isRunning, onRequest, onStart }: LabFormProps): ReactNode {
  const actions = useActions();
  const accounts = useApp((state) => state.accounts);
  const modelId = useId();
  const [estimate, setEstimate] = useState<LabEstimate | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    setEstimate(null);
    let isStale = false;
    const timer = setTimeout(() => {
      void actions.request('lab.estimate', request).then((result) => {
        if (isStale) return;
        setEstimate(result.ok ? result.value : null);
        setProblem(result.ok ? null : result.error.message);
      });
    }, restMs);
    return () => {
      isStale = true;
      clearTimeout(timer);
    };
  }, [actions, request]);
  const accountOptions = [
    { value: newSession, label: 'the account a new session gets' },
    ...accounts.map(({ id, label }) => ({ value: id, label })),
  ];
  const pairs = String(request.pairs);
  return (
    <Card title="New experiment">
      <div className="figures-body">
        <div className="figures-bar">
          <label className="select-field" htmlFor={modelId}>
            <span className="select-label">Model</span>
            <input
              id={modelId}
              className="text-field"
              value={request.model}
              spellCheck={false}
              onChange={(event) => onRequest({ ...request, model: event.target.value })}
            />
          </label>
          <Select
            label="Account"
            isLabelShown
            value={request.accountId ?? newSession}
            options={accountOptions}
            onChange={(id) => onRequest({ ...request, accountId: id === newSession ? null : id })}
          />
          <Select
            label="Size"
            isLabelShown
            value={pairs}
            options={
              sizes.some(({ value }) => value === pairs) ? sizes : [{ value: pairs, label: `${pairs} pairs` }, ...sizes]
            }
            onChange={(value) => onRequest({ ...request, pairs: Number(value) })}
          />
          <Select
            label="Prompt"
            isLabelShown
            value={request.prompt}
            options={prompts}
            onChange={(prompt) => onRequest({ ...request, prompt })}
          />
        </div>
        {problem === null ? null : (
          <p className="bad-text" role="alert">
            {problem}
          </p>
        )}
        {estimate === null ? null : <Cost estimate={estimate} />}
        <div className="add-buttons">
          <Button variant="primary" disabled={estimate === null || isRunning} onClick={onStart}>
            Start the experiment
          </Button>
          {isRunning ? <span className="faint">One runs already; stop it or wait for its end.</span> : null}
        </div>
      </div>
    </Card>
  );
}

function Cost({ estimate }: { readonly estimate: LabEstimate }): ReactNode {
  return (
    <div className="lab-cost" role="note">
      <p>{estimate.sentence}</p>
      <p className="faint">
        {formatCount(estimate.turns)} turns in {formatCount(estimate.blocks)} blocks · about{' '}
        {formatTokens(estimate.outputTokens)} tokens out, drawing like {formatTokens(estimate.standardEquivalentTokens)}{' '}
        standard ones · about {formatMs(estimate.durationMs)}
        {estimate.quotaPercent === null ? '' : ` · about ${estimate.quotaPercent.toPrecision(2)} % of the quota`}
      </p>
      {estimate.modelHasPriority === false ? (
        <p className="bad-text">The catalogue says that {estimate.model} has no fast tier.</p>
      ) : null}
    </div>
  );
}
