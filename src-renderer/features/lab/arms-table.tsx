import type { ReactNode } from 'react';
import type { LabResult } from '../../../src-main/shared/lab.ts';
import { capital } from '../../../src-main/shared/tiers.ts';
import type { Words } from '../../../src-main/shared/words/words.ts';
import { useWords } from '../../stores/stores.ts';
import figuresStyles from '../../ui/figures.module.css';
import textStyles from '../../ui/text.module.css';
import { armName } from './arm-name.ts';

type Figures = LabResult['standard'];

interface ArmsTableProps {
  readonly standard: Figures;
  readonly priority: Figures;
  /** The tier whose figures those are. */
  readonly tier: string;
}

const arms = ['standard', 'priority'] as const;
export const armLines = ['msPerToken', 'firstTokenMs', 'totalMs', 'tokensPerSecond'] as const;

/** A median of an arm. */
export function armFigure({ t, format }: Words, line: (typeof armLines)[number], value: number | null): string {
  if (line !== 'tokensPerSecond' || value === null) return format.ms(value);
  return t('lab.perSecond', { figure: value.toPrecision(3) });
}

/** The medians of both tiers, each with its n. */
export function ArmsTable({ standard, priority, tier }: ArmsTableProps): ReactNode {
  const words = useWords();
  const { t, format } = words;
  const figures = { standard, priority };
  return (
    <div className={figuresStyles.tableScroll}>
      <table className={figuresStyles.figuresTable}>
        <thead>
          <tr>
            <th scope="col">{t('lab.arms.middle')}</th>
            {arms.map((arm) => (
              <th key={arm} scope="col">
                {capital(armName(t, arm, tier))}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {armLines.map((line) => (
            <tr key={line}>
              <th scope="row">{t(`lab.arms.${line}`)}</th>
              {arms.map((arm) => (
                <td key={arm}>
                  {armFigure(words, line, figures[arm][line].median)}{' '}
                  <span className={textStyles.faint}>n = {format.count(figures[arm][line].n)}</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
