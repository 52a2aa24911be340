import type { ReactNode } from 'react';
import type { LabCoin, LabExperiment } from '../../../src-main/shared/lab.ts';
import { capital } from '../../../src-main/shared/tiers.ts';
import { useWords } from '../../stores/stores.ts';
import { FiguresTable } from '../../ui/figures-table.tsx';
import textStyles from '../../ui/text.module.css';
import { armName } from './arm-name.ts';

interface CoinPartProps extends Pick<LabExperiment, 'request'> {
  readonly coin: LabCoin;
}

const lines = ['measured', 'asFell', 'lost', 'turns'] as const;

/** How the sessions of a coin stand, by arm. */
export function CoinPart({ coin, request }: CoinPartProps): ReactNode {
  const { t, format } = useWords();
  return (
    <>
      <FiguresTable label={t('lab.coin.sessions')}>
        <thead>
          <tr>
            <th scope="col">{t('lab.coin.sessions')}</th>
            <th scope="col">{t('lab.coin.standard')}</th>
            <th scope="col">{capital(armName(t, 'priority', request.tier))}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line}>
              <th scope="row">{t(`lab.coin.${line}`)}</th>
              <td>{format.count(coin.standard[line])}</td>
              <td>{format.count(coin.priority[line])}</td>
            </tr>
          ))}
        </tbody>
      </FiguresTable>
      <p className={textStyles.faint}>{t('lab.coin.rests')}</p>
    </>
  );
}
