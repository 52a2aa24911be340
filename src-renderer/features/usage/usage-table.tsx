import type { ReactNode } from 'react';
import type { PricedGroup, UsageKey } from '../../../src-main/shared/usage-words.ts';
import { useWords } from '../../stores/stores.ts';
import cardStyles from '../../ui/card.module.css';
import { FiguresTable } from '../../ui/figures-table.tsx';
import { foldedBy, type Measure } from './usage-figures.ts';
import styles from './usage-table.module.css';
import type { UsageTexts } from './use-usage-words.ts';

interface UsageTableProps {
  readonly groups: readonly PricedGroup[];
  readonly by: Exclude<UsageKey, 'day'>;
  readonly measure: Measure;
  readonly texts: UsageTexts;
  readonly hasCost: boolean;
}

/** Every group with all its figures, the greatest of the chosen figure first. */
export function UsageTable({ groups, by, measure, texts, hasCost }: UsageTableProps): ReactNode {
  const { t, format } = useWords();
  const rows = foldedBy(groups, by, measure);
  return (
    <section className={cardStyles.card} aria-label={t('usage.title')}>
      <div className={styles.body}>
        <FiguresTable label={t('usage.title')}>
          <thead>
            <tr>
              <th scope="col" className={styles.name}>
                {t(`usage.by.${by}`)}
              </th>
              <th scope="col">{t('usage.turns')}</th>
              <th scope="col">{t('usage.input')}</th>
              <th scope="col">{t('usage.cached')}</th>
              <th scope="col">{t('usage.output')}</th>
              <th scope="col">{t('usage.reasoning')}</th>
              <th scope="col">{t('usage.quota')}</th>
              {hasCost ? <th scope="col">{t('usage.cost')}</th> : null}
            </tr>
          </thead>
          <tbody>
            {rows.map((group) => (
              <tr key={group.keys[by] ?? ''}>
                <th scope="row">{texts.nameOf(group, by)}</th>
                <td>{format.count(group.turns)}</td>
                <td>{format.tokens(group.inputTokens)}</td>
                <td>{format.tokens(group.cachedTokens)}</td>
                <td>{format.tokens(group.outputTokens)}</td>
                <td>{format.tokens(group.reasoningTokens)}</td>
                <td>{texts.write(group.quotaPercent, 'quotaPercent')}</td>
                {hasCost ? <td>{texts.write(group.cost, 'cost')}</td> : null}
              </tr>
            ))}
          </tbody>
        </FiguresTable>
      </div>
    </section>
  );
}
