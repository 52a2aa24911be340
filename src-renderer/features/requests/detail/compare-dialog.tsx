import { type ReactNode, useEffect, useState } from 'react';
import type { RequestRow } from '../../../../src-main/shared/model.ts';
import type { Difference, TraceComparison } from '../../../../src-main/shared/trace-tools.ts';
import { formatClock, formatCount, formatMs } from '../../../lib/format.ts';
import { useActions, useApp } from '../../../stores/stores.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { Select } from '../../../ui/select.tsx';

interface CompareDialogProps {
  readonly row: RequestRow;
  readonly onClose: () => void;
}

const maxChoices = 100;

const figureNames: Record<TraceComparison['figures'][number]['name'], string> = {
  firstEvent: 'First event',
  firstToken: 'First token',
  total: 'Total',
  own: 'Own share',
  tokensPerSecond: 'Tokens a second',
  outputTokens: 'Tokens out',
  inputTokens: 'Tokens in',
  cachedTokens: 'Tokens cached',
};

/** Two requests side by side: their figures, and what was sent differently. */
export function CompareDialog({ row, onClose }: CompareDialogProps): ReactNode {
  const actions = useActions();
  const rows = useApp((state) => state.rows);
  const choices = rows.filter(({ id }) => id !== row.id).slice(0, maxChoices);
  const [otherId, setOtherId] = useState(choices[0]?.id ?? '');
  const [comparison, setComparison] = useState<TraceComparison | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    if (otherId === '') return undefined;
    let isStale = false;
    void actions.request('requests.compare', { a: row.id, b: otherId }).then((result) => {
      if (isStale) return;
      setComparison(result.ok ? result.value : null);
      setProblem(result.ok ? null : result.error.message);
    });
    return () => {
      isStale = true;
    };
  }, [actions, row.id, otherId]);
  return (
    <Dialog title="Compare two requests" onClose={onClose} isWide>
      <div className="dialog-body">
        {choices.length === 0 ? <p>There is no other request in the list; send one more turn.</p> : null}
        {choices.length === 0 ? null : (
          <Select
            label="With"
            isLabelShown
            value={otherId}
            options={choices.map((each) => ({
              value: each.id,
              label: `${formatClock(each.startedAt)} ${each.model}, ${each.tierSent ?? 'standard'}, ${each.status}`,
            }))}
            onChange={setOtherId}
          />
        )}
        {problem === null ? null : (
          <p className="bad-text" role="alert">
            {problem}
          </p>
        )}
        {comparison === null ? null : <Comparison comparison={comparison} />}
      </div>
    </Dialog>
  );
}

function Comparison({ comparison }: { readonly comparison: TraceComparison }): ReactNode {
  const { figures, headers, fields, sameHeaders, sameFields } = comparison;
  return (
    <section className="compare" aria-label="Comparison">
      <table className="figures-table">
        <thead>
          <tr>
            <th scope="col">Figure</th>
            <th scope="col">This one</th>
            <th scope="col">The other</th>
            <th scope="col">Difference</th>
          </tr>
        </thead>
        <tbody>
          {figures.map(({ name, unit, a, b, differencePercent }) => (
            <tr key={name}>
              <th scope="row">{figureNames[name]}</th>
              <td>{write(a, unit)}</td>
              <td>{write(b, unit)}</td>
              <td>{differencePercent === null ? '—' : `${differencePercent.toFixed(1)} %`}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Differences title={`Headers, ${formatCount(sameHeaders)} the same`} differences={headers} />
      {fields === null ? (
        <p>A body is no longer kept, so the bodies cannot be compared.</p>
      ) : (
        <Differences title={`Body members, ${formatCount(sameFields)} the same`} differences={fields} />
      )}
    </section>
  );
}

interface DifferencesProps {
  readonly title: string;
  readonly differences: readonly Difference[];
}

function Differences({ title, differences }: DifferencesProps): ReactNode {
  return (
    <table className="figures-table">
      <caption className="visually-hidden">{title}</caption>
      <thead>
        <tr>
          <th scope="col">{title}</th>
          <th scope="col">This one</th>
          <th scope="col">The other</th>
        </tr>
      </thead>
      <tbody>
        {differences.length === 0 ? (
          <tr>
            <td colSpan={3}>No difference.</td>
          </tr>
        ) : null}
        {differences.map(({ name, a, b }) => (
          <tr key={name}>
            <th scope="row">
              <code>{name}</code>
            </th>
            <td>{a ?? 'not there'}</td>
            <td>{b ?? 'not there'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function write(value: number | null, unit: TraceComparison['figures'][number]['unit']): string {
  if (unit === 'ms') return formatMs(value);
  if (value === null) return '—';
  return unit === 'tokens' ? formatCount(value) : `${value.toPrecision(3)} t/s`;
}
