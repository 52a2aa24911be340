import { type ReactNode, useState } from 'react';
import type { TraceFilter } from '../../src-main/shared/trace-query.ts';
import { formatShortInstant } from '../lib/format.ts';
import { Button } from './button.tsx';
import popoverStyles from './popover.module.css';
import { Popover } from './popover.tsx';
import textStyles from './text.module.css';

type Span = Pick<TraceFilter, 'fromMs' | 'toMs'>;

interface TimeSelectProps {
  readonly span: Span;
  /** Both members are there, undefined for no bound. */
  readonly onChange: (span: { fromMs: number | undefined; toMs: number | undefined }) => void;
}

const minuteMs = 60_000;
const spans = [
  { label: 'Last 15 minutes', ms: 15 * minuteMs },
  { label: 'Last hour', ms: 60 * minuteMs },
  { label: 'Last 24 hours', ms: 24 * 60 * minuteMs },
  { label: 'Last 7 days', ms: 7 * 24 * 60 * minuteMs },
] as const;

/** From when to when. A span such as the last hour is kept as the moment it began, so the button says that moment. */
export function TimeSelect({ span, onChange }: TimeSelectProps): ReactNode {
  const isSet = span.fromMs !== undefined || span.toMs !== undefined;
  return (
    <Popover
      label={isSet ? `Time: ${spanWords(span)}` : 'Time: any'}
      isSet={isSet}
      face={isSet ? <span className={popoverStyles.popoverValue}>{spanWords(span)}</span> : 'Time'}
    >
      {(close) => {
        const choose = (fromMs: number | undefined): void => {
          onChange({ fromMs, toMs: undefined });
          close();
        };
        return (
          <>
            <div className={popoverStyles.popoverList}>
              <button type="button" className={popoverStyles.popoverItem} onClick={() => choose(undefined)}>
                Any time
              </button>
              {spans.map(({ label, ms }) => (
                <button
                  key={label}
                  type="button"
                  className={popoverStyles.popoverItem}
                  onClick={() => choose(Date.now() - ms)}
                >
                  {label}
                </button>
              ))}
              <button
                type="button"
                className={popoverStyles.popoverItem}
                onClick={() => choose(new Date().setHours(0, 0, 0, 0))}
              >
                Since midnight
              </button>
            </div>
            <OwnSpan
              span={span}
              onApply={(own) => {
                onChange(own);
                close();
              }}
            />
          </>
        );
      }}
    </Popover>
  );
}

interface OwnSpanProps {
  readonly span: Span;
  readonly onApply: TimeSelectProps['onChange'];
}

function OwnSpan({ span, onApply }: OwnSpanProps): ReactNode {
  const [from, setFrom] = useState(fieldText(span.fromMs));
  const [to, setTo] = useState(fieldText(span.toMs));
  const [fromMs, toMs] = [instantOf(from), instantOf(to)];
  const isBackward = fromMs !== undefined && toMs !== undefined && fromMs >= toMs;
  return (
    <div className={popoverStyles.popoverSpan}>
      <label>
        <span>From</span>
        <input type="datetime-local" value={from} onChange={(event) => setFrom(event.target.value)} />
      </label>
      <label>
        <span>Before</span>
        <input type="datetime-local" value={to} onChange={(event) => setTo(event.target.value)} />
      </label>
      {isBackward ? <p className={textStyles.badText}>It ends before it begins.</p> : null}
      <Button
        disabled={isBackward || (fromMs === undefined && toMs === undefined)}
        onClick={() => onApply({ fromMs, toMs })}
      >
        Apply
      </Button>
    </div>
  );
}

function spanWords({ fromMs, toMs }: Span): string {
  if (fromMs === undefined) return toMs === undefined ? 'any' : `before ${formatShortInstant(toMs)}`;
  const from = formatShortInstant(fromMs);
  return toMs === undefined ? `since ${from}` : `${from} to ${formatShortInstant(toMs)}`;
}

/** Local time as a `datetime-local` field has it, to the minute. */
function fieldText(epochMs: number | undefined): string {
  if (epochMs === undefined) return '';
  return new Date(epochMs - new Date(epochMs).getTimezoneOffset() * minuteMs).toISOString().slice(0, 16);
}

function instantOf(text: string): number | undefined {
  const epochMs = text === '' ? Number.NaN : new Date(text).getTime();
  return Number.isNaN(epochMs) ? undefined : epochMs;
}
