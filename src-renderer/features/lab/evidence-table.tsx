import type { ReactNode } from 'react';
import type { LabEvidence } from '../../../src-main/shared/lab.ts';
import { formatCount } from '../../lib/format.ts';
import figuresStyles from '../../ui/figures.module.css';
import textStyles from '../../ui/text.module.css';

const echoText = (echoed: string | null): string => (echoed === null ? 'no tier named' : `"${echoed}"`);

function echoesOf({ echoes }: LabEvidence, arm: 'standard' | 'priority'): string {
  const own = echoes.filter((echo) => echo.arm === arm);
  return own.length === 0 ? '—' : own.map(({ echoed, n }) => `${echoText(echoed)} ${formatCount(n)}×`).join(', ');
}

/** What lies beside the verdict and decides nothing: echoes, failures and stalls by arm, and steps of the quota. */
export function EvidenceTable({ evidence }: { readonly evidence: LabEvidence }): ReactNode {
  const { failures, stalls, quota } = evidence;
  return (
    <>
      <div className={figuresStyles.tableScroll}>
        <table className={figuresStyles.figuresTable}>
          <thead>
            <tr>
              <th scope="col">Beside the verdict</th>
              <th scope="col">Standard</th>
              <th scope="col">Fast</th>
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">Tier echoed</th>
              <td>{echoesOf(evidence, 'standard')}</td>
              <td>{echoesOf(evidence, 'priority')}</td>
            </tr>
            <tr>
              <th scope="row">Failed turns</th>
              <td>{formatCount(failures.standard)}</td>
              <td>{formatCount(failures.priority)}</td>
            </tr>
            <tr>
              <th scope="row">Stalls: over twice the median</th>
              <td>{formatCount(stalls.standard)}</td>
              <td>{formatCount(stalls.priority)}</td>
            </tr>
          </tbody>
        </table>
      </div>
      <p className={textStyles.faint}>
        An echo proves nothing. {quota === null ? 'The quota was not read.' : quotaText(quota)}
      </p>
    </>
  );
}

function quotaText({ steps, duringPriority, lowOdds, highOdds }: NonNullable<LabEvidence['quota']>): string {
  if (steps === 0) return 'The quota rose by no whole per cent meanwhile.';
  const high = highOdds === null ? 'more' : highOdds.toFixed(1);
  return `The quota rose by ${formatCount(steps)} %, ${formatCount(duringPriority)} of them during fast turns: odds ${lowOdds.toFixed(1)} to ${high} (95 %).`;
}
