import type { ReactNode } from 'react';
import type { LabResult } from '../../../src-main/shared/lab.ts';
import type { Words } from '../../../src-main/shared/words/words.ts';
import { useWords } from '../../stores/stores.ts';
import textStyles from '../../ui/text.module.css';
import { ArmsRows } from './arms-rows.tsx';

type Figures = LabResult['standard'];

interface ArmsTableProps {
  readonly standard: Figures;
  readonly priority: Figures;
  /** The tier whose figures those are. */
  readonly tier: string;
}

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
    <ArmsRows
      title={t('lab.arms.middle')}
      tier={tier}
      rows={armLines.map((line) => ({
        name: t(`lab.arms.${line}`),
        of: (arm) => (
          <>
            {armFigure(words, line, figures[arm][line].median)}{' '}
            <span className={textStyles.faint}>n = {format.count(figures[arm][line].n)}</span>
          </>
        ),
      }))}
    />
  );
}
