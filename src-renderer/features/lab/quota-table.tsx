import type { ReactNode } from 'react';
import type { PassiveAnswer } from '../../../src-main/shared/lab.ts';
import { capital, defaultTier } from '../../../src-main/shared/tiers.ts';
import { absent } from '../../../src-main/shared/turn-words.ts';
import { formatCount, formatCountOf, formatTokens, unknownText } from '../../lib/format.ts';
import figuresStyles from '../../ui/figures.module.css';
import textStyles from '../../ui/text.module.css';
import labStyles from './lab.module.css';

/** Readings of each tier below which their ratio would be chance. */
const leastReadings = 10;

/** What each tier drew from the quota for its tokens: a witness beside the times, since the tier echoed proves nothing. */
export function QuotaTable({ answer }: { readonly answer: Pick<PassiveAnswer, 'quota' | 'quotaRatio'> }): ReactNode {
  const { quota, quotaRatio } = answer;
  return (
    <section className={labStyles.passivePart}>
      <h3>Second witness: quota drawn per 1,000 tokens</h3>
      <p className={textStyles.faint}>
        Measured from the used share of the short window that upstream tells at the start of each turn: the rise from
        one turn of an account to its next belongs to the first. Turns side by side and resets are left out. Readings
        may be rounded, so a small n says little.
      </p>
      {quota.length === 0 ? (
        <p>Nothing yet: it takes two readings of an account's quota with turns of one tier between them.</p>
      ) : (
        <div className={figuresStyles.tableScroll}>
          <table className={figuresStyles.figuresTable}>
            <thead>
              <tr>
                <th scope="col">Tier</th>
                <th scope="col">n</th>
                <th scope="col">Tokens out</th>
                <th scope="col">Drawn</th>
                <th scope="col">per 1,000 tokens</th>
              </tr>
            </thead>
            <tbody>
              {quota.map((draw) => (
                <tr key={draw.tier}>
                  <th scope="row">{draw.tier}</th>
                  <td>{formatCountOf(draw.n, 'reading')}</td>
                  <td>{formatTokens(draw.outputTokens)}</td>
                  <td>{share(draw.percentDrawn)}</td>
                  <td>{draw.percentPerThousandTokens === null ? unknownText : share(draw.percentPerThousandTokens)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Ratio quota={quota} quotaRatio={quotaRatio} />
    </section>
  );
}

function Ratio({ quota, quotaRatio }: Pick<PassiveAnswer, 'quota' | 'quotaRatio'>): ReactNode {
  if (quotaRatio === null) return null;
  const readingsOf = (tier: string): number => quota.find((draw) => draw.tier === tier)?.n ?? 0;
  const [standard, priority] = [readingsOf(absent), readingsOf(defaultTier.id)];
  const counts = `n = ${formatCount(standard)} and ${formatCount(priority)} readings`;
  return Math.min(standard, priority) < leastReadings ? (
    <p>
      Too few readings to compare the tiers ({counts}): it takes {leastReadings} of each.
    </p>
  ) : (
    <p>
      {capital(defaultTier.word)} drew {quotaRatio.toFixed(1)} times the quota of standard for a token ({counts}). About{' '}
      {defaultTier.quotaTimes.join(' to ')} is what a granted {defaultTier.word} tier costs.
    </p>
  );
}

function share(percent: number): string {
  return `${Number(percent.toPrecision(3))} %`;
}
