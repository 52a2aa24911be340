import type { ReactNode } from 'react';
import type { LabResult } from '../../../src-main/shared/lab.ts';
import { capital, tierWord } from '../../../src-main/shared/tiers.ts';
import { absent } from '../../../src-main/shared/turn-words.ts';
import { formatCount, formatMs } from '../../lib/format.ts';
import figuresStyles from '../../ui/figures.module.css';
import textStyles from '../../ui/text.module.css';

type Figures = LabResult['standard'];

interface ArmsTableProps {
  readonly standard: Figures;
  readonly priority: Figures;
  /** The tier whose figures those are. */
  readonly tier: string;
}

const rate = (value: number | null): string => (value === null ? '—' : `${value.toPrecision(3)} t/s`);

const lines = [
  { key: 'msPerToken', name: 'Time per token', write: formatMs },
  { key: 'firstTokenMs', name: 'First token', write: formatMs },
  { key: 'totalMs', name: 'Total', write: formatMs },
  { key: 'tokensPerSecond', name: 'Tokens a second', write: rate },
] as const;

/** The medians of both tiers, each with its n. */
export function ArmsTable({ standard, priority, tier }: ArmsTableProps): ReactNode {
  return (
    <div className={figuresStyles.tableScroll}>
      <table className={figuresStyles.figuresTable}>
        <thead>
          <tr>
            <th scope="col">Median</th>
            <th scope="col">{capital(absent)}</th>
            <th scope="col">{capital(tierWord(tier))}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map(({ key, name, write }) => (
            <tr key={key}>
              <th scope="row">{name}</th>
              {[standard[key], priority[key]].map((middle, arm) => (
                <td key={arm === 0 ? absent : tier}>
                  {write(middle.median)} <span className={textStyles.faint}>n = {formatCount(middle.n)}</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
