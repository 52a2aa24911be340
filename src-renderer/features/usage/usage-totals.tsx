import type { ReactNode } from 'react';
import type { PricedGroup } from '../../../src-main/shared/usage-words.ts';
import { useWords } from '../../stores/stores.ts';
import styles from './usage-totals.module.css';
import type { UsageTexts } from './use-usage-words.ts';

interface UsageTotalsProps {
  readonly total: PricedGroup;
  readonly texts: UsageTexts;
  readonly hasCost: boolean;
}

/** The figures of the whole time, in a row. */
export function UsageTotals({ total, texts, hasCost }: UsageTotalsProps): ReactNode {
  const { t, format } = useWords();
  const { turns, failed, inputTokens, cachedTokens, outputTokens, reasoningTokens, quotaPercent, untold } = total;
  const share = (part: number, whole: number): string => format.percent(whole === 0 ? 0 : (part / whole) * 100);
  const costNote =
    total.unpricedTokens === 0
      ? t('usage.note.priced')
      : t('usage.note.unpriced', { tokens: format.tokens(total.unpricedTokens) });
  return (
    <dl className={styles.totals}>
      <Total
        name={t('usage.turns')}
        value={format.count(turns)}
        note={failed === 0 ? t('usage.note.turns') : t('usage.failed', { n: format.count(failed) })}
      />
      <Total name={t('usage.input')} value={format.tokens(inputTokens)} note="" />
      <Total
        name={t('usage.cached')}
        value={format.tokens(cachedTokens)}
        note={t('usage.note.cached', { percent: share(cachedTokens, inputTokens) })}
      />
      <Total
        name={t('usage.output')}
        value={format.tokens(outputTokens)}
        note={untold === 0 ? '' : t('usage.note.untold', { n: untold, figure: format.count(untold) })}
      />
      <Total
        name={t('usage.reasoning')}
        value={format.tokens(reasoningTokens)}
        note={t('usage.note.reasoning', { percent: share(reasoningTokens, outputTokens) })}
      />
      <Total name={t('usage.quota')} value={texts.write(quotaPercent, 'quotaPercent')} note={t('usage.note.quota')} />
      {hasCost ? <Total name={t('usage.cost')} value={texts.write(total.cost, 'cost')} note={costNote} /> : null}
    </dl>
  );
}

function Total({
  name,
  value,
  note,
}: {
  readonly name: string;
  readonly value: string;
  readonly note: string;
}): ReactNode {
  return (
    <div className={styles.total}>
      <dt>{name}</dt>
      <dd className={styles.totalValue}>{value}</dd>
      {note === '' ? null : <dd className={styles.totalNote}>{note}</dd>}
    </div>
  );
}
