import type { ReactNode } from 'react';
import type { Difference, TraceComparison } from '../../../../src-main/shared/trace-tools.ts';
import { classNames } from '../../../lib/class-names.ts';
import { formatCount, formatInstant, formatMs } from '../../../lib/format.ts';
import figuresStyles from '../../../ui/figures.module.css';
import textStyles from '../../../ui/text.module.css';
import styles from './comparison.module.css';

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

/** The figures of two requests, and what was sent differently. */
export function Comparison({ comparison }: { readonly comparison: TraceComparison }): ReactNode {
  const { a: one, b: other, figures, headers, fields, sameHeaders, sameFields } = comparison;
  return (
    <section className={styles.compare} aria-label="Comparison">
      <p className={textStyles.faint}>
        This one: {one.model}, {formatInstant(one.startedAt)}. The other: {other.model},{' '}
        {formatInstant(other.startedAt)}.
      </p>
      <div className={figuresStyles.tableScroll}>
        <table className={figuresStyles.figuresTable}>
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
                <td>{differencePercent === null ? '—' : signed(differencePercent)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Differences title={`Headers, ${formatCount(sameHeaders)} the same`} differences={headers} />
      {fields === null ? (
        <p className={textStyles.faint}>Bodies cannot be compared: at least one of the two is no longer kept.</p>
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
    <div className={figuresStyles.tableScroll}>
      <table className={classNames(figuresStyles.figuresTable, styles.compareDifferences)}>
        <caption className={textStyles.visuallyHidden}>{title}</caption>
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
    </div>
  );
}

function signed(percent: number): string {
  const sign = percent > 0 ? '+' : percent < 0 ? '−' : '';
  const size = Math.abs(percent);
  return `${sign}${size < 100 ? size.toFixed(1) : formatCount(Math.round(size))} %`;
}

function write(value: number | null, unit: TraceComparison['figures'][number]['unit']): string {
  if (unit === 'ms') return formatMs(value);
  if (value === null) return '—';
  return unit === 'tokens'
    ? formatCount(value)
    : `${value < 100 ? value.toPrecision(3) : formatCount(Math.round(value))} t/s`;
}
