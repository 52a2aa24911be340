import { type ReactNode, useState } from 'react';
import type { RequestRow } from '../../../../src-main/shared/model.ts';
import type { TraceFilter } from '../../../../src-main/shared/trace-query.ts';
import { useAnswer } from '../../../hooks/use-answer.ts';
import { useSettled } from '../../../hooks/use-settled.ts';
import { useToday } from '../../../hooks/use-today.ts';
import { useTraceChoices } from '../../../hooks/use-trace-choices.ts';
import { classNames } from '../../../lib/class-names.ts';
import { useWords } from '../../../stores/stores.ts';
import dialogStyles from '../../../ui/dialog.module.css';
import { Dialog } from '../../../ui/dialog.tsx';
import { StatusWord, TierWord } from '../../../ui/row-words.tsx';
import textStyles from '../../../ui/text.module.css';
import { type FilterField, noChoices, TraceFilterBar } from '../../../ui/trace-filter-bar.tsx';
import { Unanswered } from '../../../ui/unanswered.tsx';
import styles from './compare-dialog.module.css';
import { Comparison } from './comparison.tsx';

interface CompareDialogProps {
  readonly row: RequestRow;
  readonly onClose: () => void;
}

const fields: readonly FilterField[] = ['query', 'time', 'model', 'tier', 'status'];
const shownRows = 50;
const typingRestMs = 150;

/** Two requests side by side: their figures, and what was sent differently. The other is any turn of the history. */
export function CompareDialog({ row, onClose }: CompareDialogProps): ReactNode {
  const { t } = useWords();
  const choices = useTraceChoices() ?? noChoices;
  const [filter, setFilter] = useState<TraceFilter>({});
  const [chosenId, setChosenId] = useState<string | null>(null);
  const asked = useSettled(filter, typingRestMs);
  const search = { filter: asked, cursor: null, limit: shownRows + 1, skip: 0 };
  const found = useAnswer('requests.query', search, { keepsLast: true });
  const page = found.answered?.value ?? null;
  const newestId = page?.rows.find(({ id, status }) => id !== row.id && status !== 'running')?.id ?? null;
  /** The newest when the filter was set: one that ends meanwhile must not take its place. */
  const [first, setFirst] = useState({ filter: asked, id: newestId });
  const isFirst = first.filter !== asked || (first.id === null && newestId !== null);
  if (found.isCurrent && isFirst) setFirst({ filter: asked, id: newestId });
  const otherId = chosenId ?? first.id;
  const pair = { a: row.id, b: otherId ?? '' };
  const compared = useAnswer('requests.compare', pair, { isAsked: otherId !== null, keepsLast: true });
  const comparison = compared.failed === null ? (compared.answered?.value ?? null) : null;
  const unanswered = found.failed === null ? compared : found;
  const others = page?.rows.filter(({ id }) => id !== row.id).slice(0, shownRows) ?? [];
  return (
    <Dialog title={t('compare.title')} onClose={onClose} isWide>
      <div className={classNames(dialogStyles.dialogBody, styles.compareBody)}>
        <TraceFilterBar filter={filter} choices={choices} fields={fields} onChange={setFilter} />
        {page === null ? null : <Others rows={others} total={page.total} otherId={otherId} onChoose={setChosenId} />}
        <Unanswered failed={unanswered.failed} onAgain={unanswered.readAgain} />
        {comparison === null ? null : <Comparison comparison={comparison} />}
      </div>
    </Dialog>
  );
}

interface OthersProps {
  readonly rows: readonly RequestRow[];
  readonly total: number;
  readonly otherId: string | null;
  readonly onChoose: (id: string) => void;
}

function Others({ rows, total, otherId, onChoose }: OthersProps): ReactNode {
  const { t, format } = useWords();
  const today = useToday();
  if (rows.length === 0) return <p className={textStyles.faint}>{t('compare.none')}</p>;
  return (
    <fieldset className={styles.compareOthers}>
      <legend>
        {t('compare.with')}{' '}
        <span className={textStyles.faint}>
          {rows.length < total - 1
            ? t('compare.newest', { shown: format.count(rows.length), all: format.count(total) })
            : t('timing.n', { count: format.count(rows.length) })}
        </span>
      </legend>
      <div className={styles.compareList}>
        {rows.map((other) => (
          <label key={other.id} className={styles.compareOther} title={other.id}>
            <input
              type="radio"
              name="compare-with"
              checked={other.id === otherId}
              onChange={() => onChoose(other.id)}
            />
            <span>{format.rowTime(other.startedAt, today)}</span>
            <span className={styles.compareName}>{other.model}</span>
            <span className={classNames(styles.compareName, textStyles.faint)}>{other.client}</span>
            <TierWord row={other} />
            <span className={styles.compareNumber}>{format.ms(other.totalMs)}</span>
            <StatusWord row={other} />
          </label>
        ))}
      </div>
    </fieldset>
  );
}
