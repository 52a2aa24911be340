import type { ReactNode } from 'react';
import type { LabArm, LabEvidence } from '../../../src-main/shared/lab.ts';
import { quotaSentence } from '../../../src-main/shared/lab-method.ts';
import { noValue } from '../../../src-main/shared/no-value.ts';
import type { Words } from '../../../src-main/shared/words/words.ts';
import { useWords } from '../../stores/stores.ts';
import textStyles from '../../ui/text.module.css';
import { ArmsRows } from './arms-rows.tsx';

interface EvidenceTableProps {
  readonly evidence: LabEvidence;
  readonly tier: string;
}

/** What lies beside the verdict and decides nothing, each with its two arms. */
export function evidenceRows({ t, format }: Words, { echoes, failures, stalls }: LabEvidence) {
  const echoed = (arm: LabArm): string => {
    const own = echoes.filter((echo) => echo.arm === arm);
    if (own.length === 0) return noValue;
    return own
      .map(({ echoed: tier, n }) => t('lab.evidence.echo.times', { tier: tier ?? t('lab.evidence.echo.none'), n }))
      .join(t('units.comma'));
  };
  return [
    { name: t('lab.evidence.echo'), of: echoed },
    { name: t('lab.evidence.failures'), of: (arm: LabArm) => format.count(failures[arm]) },
    { name: t('lab.evidence.stalls'), of: (arm: LabArm) => format.count(stalls[arm]) },
  ];
}

/** Echoes, failures and stalls by arm, and steps of the quota. */
export function EvidenceTable({ evidence, tier }: EvidenceTableProps): ReactNode {
  const words = useWords();
  const { t } = words;
  return (
    <>
      <ArmsRows title={t('lab.evidence')} tier={tier} rows={evidenceRows(words, evidence)} />
      <p className={textStyles.faint}>
        {t('lab.evidence.proves')} {quotaSentence(words, evidence.quota)}
      </p>
    </>
  );
}
