import { type ReactNode, useState } from 'react';
import type { UsageAnswer } from '../../../src-main/shared/usage.ts';
import { type UsageKey, usageCsv } from '../../../src-main/shared/usage-words.ts';
import { useAnswer } from '../../hooks/use-answer.ts';
import { saveBlob } from '../../lib/save-file.ts';
import { useWords } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import cardStyles from '../../ui/card.module.css';
import { EmptyState } from '../../ui/empty-state.tsx';
import figuresStyles from '../../ui/figures.module.css';
import { ScreenHead } from '../../ui/screen-head.tsx';
import { SegmentedControl } from '../../ui/segmented-control.tsx';
import { Select } from '../../ui/select.tsx';
import textStyles from '../../ui/text.module.css';
import { Unanswered } from '../../ui/unanswered.tsx';
import { PricesDialog } from './prices-dialog.tsx';
import { UsageDays } from './usage-days.tsx';
import { type Measure, measures } from './usage-figures.ts';
import styles from './usage-screen.module.css';
import { UsageTable } from './usage-table.tsx';
import { UsageTotals } from './usage-totals.tsx';
import { useUsageWords } from './use-usage-words.ts';
import { WindowsCard } from './windows-card.tsx';

const spans = ['7', '30', '90', 'all'] as const;
type Span = (typeof spans)[number];
const groupings = ['model', 'client', 'project', 'account', 'tier', 'key'] as const;
type Grouping = (typeof groupings)[number];

/** What turns used, by day and by what sent or ran them, and how the accounts' windows go on. */
export function UsageScreen(): ReactNode {
  const { t, format } = useWords();
  const [span, setSpan] = useState<Span>('30');
  const [by, setBy] = useState<Grouping>('model');
  const [measure, setMeasure] = useState<Measure>('tokens');
  const [isPricing, setPricing] = useState(false);
  // Counted back from the program's today: the browser may be in another time zone.
  const fromDay = span === 'all' ? null : `${Number(span) - 1}d`;
  const { answered, failed, readAgain } = useAnswer(
    'usage.sums',
    { fromDay, toDay: null, by: ['day', by] satisfies UsageKey[] },
    { keepsLast: true },
  );
  const answer = answered?.value ?? null;
  const texts = useUsageWords(answer?.currency ?? null);
  const shown = measures.filter((each) => each !== 'cost' || answer?.currency != null);
  const chosen = shown.includes(measure) ? measure : 'tokens';
  const save = ({ groups, currency, today }: UsageAnswer): void => {
    const text = usageCsv(groups, answered?.input.by ?? [], currency);
    saveBlob(`usage-${today}.csv`, new Blob([text], { type: 'text/csv' }));
  };
  return (
    <div className={figuresStyles.figures}>
      <ScreenHead title={t('usage.title')}>
        <div className={styles.actions}>
          <Button onClick={() => setPricing(true)}>{t('usage.prices')}</Button>
          <Button
            icon="download"
            title={t('usage.csv.title')}
            disabled={answer === null || answer.groups.length === 0}
            onClick={() => answer !== null && save(answer)}
          >
            {t('usage.csv')}
          </Button>
        </div>
      </ScreenHead>
      <div className={figuresStyles.figuresBar}>
        <SegmentedControl
          label={t('usage.span')}
          segments={spans.map((value) => ({ value, label: t(`usage.span.${value}`) }))}
          value={span}
          onChange={setSpan}
        />
        <Select
          label={t('usage.by')}
          labelPlace="beside"
          value={by}
          options={groupings.map((value) => ({ value, label: t(`usage.by.${value}`) }))}
          onChange={setBy}
        />
        <Select
          label={t('usage.measure')}
          labelPlace="beside"
          value={chosen}
          options={shown.map((value) => ({ value, label: texts.measureName(value) }))}
          onChange={setMeasure}
        />
      </div>
      <Unanswered failed={failed} onAgain={readAgain} />
      {answer === null ? null : answer.firstDay === null ? (
        <div className={cardStyles.card}>
          <EmptyState icon="usage" title={t('usage.empty')}>
            <p>{t('usage.empty.text')}</p>
          </EmptyState>
        </div>
      ) : (
        <>
          <UsageTotals total={answer.total} texts={texts} hasCost={answer.currency !== null} />
          {answer.groups.length === 0 ? (
            <div className={cardStyles.card}>
              <EmptyState icon="usage" title={t('usage.empty.span')}>
                <Button onClick={() => setSpan('all')}>{t('usage.empty.all')}</Button>
              </EmptyState>
            </div>
          ) : (
            <>
              <UsageDays
                groups={answer.groups}
                by={by}
                measure={chosen}
                texts={texts}
                firstDay={answer.fromDay ?? answer.firstDay}
                lastDay={answer.today}
              />
              <UsageTable
                groups={answer.groups}
                by={by}
                measure={chosen}
                texts={texts}
                hasCost={answer.currency !== null}
              />
            </>
          )}
        </>
      )}
      {/* Asked for at once, and seen where it will stay. */}
      <div hidden={answer === null && failed === null}>
        <WindowsCard />
      </div>
      {answer?.firstDay == null ? null : (
        <p className={textStyles.faint}>
          {t('usage.kept', { day: format.day(answer.firstDay), zone: answer.timeZone })}
        </p>
      )}
      {isPricing ? <PricesDialog onClose={() => setPricing(false)} /> : null}
    </div>
  );
}
