import type { ReactNode } from 'react';
import type { PassiveAnswer } from '../../../src-main/shared/lab.ts';
import { noValue } from '../../../src-main/shared/no-value.ts';
import { defaultTier } from '../../../src-main/shared/tiers.ts';
import { absent } from '../../../src-main/shared/turn-words.ts';
import { useWords } from '../../stores/stores.ts';
import { FiguresTable } from '../../ui/figures-table.tsx';
import textStyles from '../../ui/text.module.css';
import labStyles from './lab.module.css';

/** Readings of each tier below which their ratio would be chance. */
const leastReadings = 10;

const columns = ['tier', null, 'tokens', 'drawn', 'perThousand'] as const;

/** What each tier drew from the quota for its tokens: a witness beside the times, since the tier echoed proves nothing. */
export function QuotaTable({ answer }: { readonly answer: Pick<PassiveAnswer, 'quota' | 'quotaRatio'> }): ReactNode {
  const { t, format } = useWords();
  const { quota, quotaRatio } = answer;
  return (
    <section className={labStyles.passivePart}>
      <h3>{t('lab.quota')}</h3>
      <p className={textStyles.faint}>{t('lab.quota.how')}</p>
      {quota.length === 0 ? (
        <p>{t('lab.quota.none')}</p>
      ) : (
        <FiguresTable label={t('lab.quota')}>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column} scope="col">
                  {column === null ? 'n' : t(`lab.quota.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {quota.map(({ tier, n, outputTokens, percentDrawn, percentPerThousandTokens }) => (
              <tr key={tier}>
                <th scope="row">{tier === absent ? t('tier.standard') : tier}</th>
                <td>{t('lab.quota.readings', { n })}</td>
                <td>{format.tokens(outputTokens)}</td>
                <td>{format.exactPercent(percentDrawn)}</td>
                <td>{percentPerThousandTokens === null ? noValue : format.exactPercent(percentPerThousandTokens)}</td>
              </tr>
            ))}
          </tbody>
        </FiguresTable>
      )}
      <Ratio quota={quota} quotaRatio={quotaRatio} />
    </section>
  );
}

function Ratio({ quota, quotaRatio }: Pick<PassiveAnswer, 'quota' | 'quotaRatio'>): ReactNode {
  const { t } = useWords();
  if (quotaRatio === null) return null;
  const readingsOf = (tier: string): number => quota.find((draw) => draw.tier === tier)?.n ?? 0;
  const readings = { standard: readingsOf(absent), fast: readingsOf(defaultTier.id) };
  const [from, to] = defaultTier.quotaTimes;
  return (
    <p>
      {Math.min(readings.standard, readings.fast) < leastReadings
        ? t('lab.quota.tooFew', { ...readings, least: leastReadings })
        : t('lab.quota.ratio', { ...readings, ratio: quotaRatio.toFixed(1), from, to })}
    </p>
  );
}
