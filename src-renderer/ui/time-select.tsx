import { type ReactNode, useState } from 'react';
import type { TraceFilter } from '../../src-main/shared/trace-query.ts';
import type { Words } from '../../src-main/shared/words/words.ts';
import { useWords } from '../stores/stores.ts';
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
  { id: 'quarter', ms: 15 * minuteMs },
  { id: 'hour', ms: 60 * minuteMs },
  { id: 'day', ms: 24 * 60 * minuteMs },
  { id: 'week', ms: 7 * 24 * 60 * minuteMs },
] as const;

/** From when to when. A span such as the last hour is kept as the moment it began, so the button says that moment. */
export function TimeSelect({ span, onChange }: TimeSelectProps): ReactNode {
  const words = useWords();
  const { t } = words;
  const isSet = span.fromMs !== undefined || span.toMs !== undefined;
  return (
    <Popover
      label={
        isSet ? t('filter.time.is', { span: spanWords(words, span) }) : t('filter.any', { name: t('filter.time') })
      }
      isSet={isSet}
      face={isSet ? <span className={popoverStyles.popoverValue}>{spanWords(words, span)}</span> : t('filter.time')}
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
                {t('filter.time.any')}
              </button>
              {spans.map(({ id, ms }) => (
                <button
                  key={id}
                  type="button"
                  className={popoverStyles.popoverItem}
                  onClick={() => choose(Date.now() - ms)}
                >
                  {t(`filter.time.${id}`)}
                </button>
              ))}
              <button
                type="button"
                className={popoverStyles.popoverItem}
                onClick={() => choose(new Date().setHours(0, 0, 0, 0))}
              >
                {t('filter.time.midnight')}
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
  const { t } = useWords();
  const [from, setFrom] = useState(fieldText(span.fromMs));
  const [to, setTo] = useState(fieldText(span.toMs));
  const [fromMs, toMs] = [instantOf(from), instantOf(to)];
  const isBackward = fromMs !== undefined && toMs !== undefined && fromMs >= toMs;
  return (
    <div className={popoverStyles.popoverSpan}>
      <label>
        <span>{t('filter.time.from')}</span>
        <input type="datetime-local" value={from} onChange={(event) => setFrom(event.target.value)} />
      </label>
      <label>
        <span>{t('filter.time.to')}</span>
        <input type="datetime-local" value={to} onChange={(event) => setTo(event.target.value)} />
      </label>
      {isBackward ? <p className={textStyles.badText}>{t('filter.time.backward')}</p> : null}
      <Button
        disabled={isBackward || (fromMs === undefined && toMs === undefined)}
        onClick={() => onApply({ fromMs, toMs })}
      >
        {t('filter.time.apply')}
      </Button>
    </div>
  );
}

function spanWords({ t, format }: Words, { fromMs, toMs }: Span): string {
  const to = toMs === undefined ? null : format.shortInstant(toMs);
  if (fromMs === undefined) return to === null ? t('filter.time.anyWord') : t('filter.time.before', { to });
  const from = format.shortInstant(fromMs);
  return to === null ? t('filter.time.since', { from }) : t('filter.time.between', { from, to });
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
