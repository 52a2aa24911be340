import type { ReactNode } from 'react';
import type { LabArm } from '../../../src-main/shared/lab.ts';
import { capital } from '../../../src-main/shared/tiers.ts';
import { useWords } from '../../stores/stores.ts';
import { FiguresTable } from '../../ui/figures-table.tsx';
import { armName } from './arm-name.ts';

interface ArmsRowsProps {
  /** What the rows are of. */
  readonly title: string;
  /** The tier of the arm that is not the standard one. */
  readonly tier: string;
  readonly rows: readonly { readonly name: string; readonly of: (arm: LabArm) => ReactNode }[];
}

const arms = ['standard', 'priority'] as const;

/** A table with a column for each arm. */
export function ArmsRows({ title, tier, rows }: ArmsRowsProps): ReactNode {
  const { t } = useWords();
  return (
    <FiguresTable label={title}>
      <thead>
        <tr>
          <th scope="col">{title}</th>
          {arms.map((arm) => (
            <th key={arm} scope="col">
              {capital(armName(t, arm, tier))}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, of }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            {arms.map((arm) => (
              <td key={arm}>{of(arm)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </FiguresTable>
  );
}
