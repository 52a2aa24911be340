import type { ReactNode } from 'react';
import type { TraceDetail } from '../../../../src-main/shared/model.ts';
import { isFastTier } from '../../../../src-main/shared/tiers.ts';
import { classNames } from '../../../lib/class-names.ts';
import { useWords } from '../../../stores/stores.ts';
import { Icon } from '../../../ui/icons.tsx';
import { RichText } from '../../../ui/rich-text.tsx';
import textStyles from '../../../ui/text.module.css';
import styles from './fast-tab.module.css';

/** The tier on its way, and the conditions under which fast is granted. */
export function FastTab({ detail }: { readonly detail: TraceDetail }): ReactNode {
  const { t, told, format } = useWords();
  const { row, fastConditions } = detail;
  const met = fastConditions.filter((condition) => condition.met).length;
  return (
    <div className={styles.fastTab}>
      <div className={styles.tierSteps}>
        <TierStep step="asked" value={row.tierAsked} absent={t('fastTab.leftOut')} />
        <TierStep
          step="sent"
          value={row.tierSent}
          absent={t(row.transport === null ? 'fastTab.nothingSent' : 'fastTab.leftOut')}
        />
        <TierStep step="echoed" value={row.tierEchoed} absent={t('fastTab.noFinal')} isProofless />
      </div>
      <p className={styles.fastExplanation}>
        <RichText id="fastTab.why" with={{ code: (text) => <code>{text}</code> }} />
      </p>
      <h3>
        {t('fastTab.conditions')}{' '}
        <span className={textStyles.faint}>
          {t('fastTab.met.count', { met: format.count(met), all: format.count(fastConditions.length) })}
        </span>
      </h3>
      {fastConditions.length === 0 ? <p className={textStyles.faint}>{t('fastTab.none')}</p> : null}
      <ul className={styles.conditions}>
        {fastConditions.map((condition) => (
          <li key={condition.name} className={styles.condition}>
            <Icon
              name={condition.met ? 'check' : 'cross'}
              tone={condition.met ? 'good' : 'bad'}
              label={t(condition.met ? 'fastTab.met' : 'fastTab.unmet')}
            />
            <span>{told(condition.name)}</span>
            <code className={styles.conditionDetail}>{told(condition.detail)}</code>
          </li>
        ))}
      </ul>
    </div>
  );
}

interface TierStepProps {
  readonly step: 'asked' | 'sent' | 'echoed';
  readonly value: string | null;
  /** Said where there is no value. */
  readonly absent: string;
  readonly isProofless?: boolean;
}

function TierStep({ step, value, absent, isProofless = false }: TierStepProps): ReactNode {
  const { t } = useWords();
  const isFast = isFastTier(value) && !isProofless;
  return (
    <div data-step={step} className={classNames(styles.tierStep, isProofless && styles.tierStepProofless)}>
      <span className={styles.tierStepName}>{t(`fastTab.${step}`)}</span>
      <span className={classNames(styles.tierStepValue, isFast && styles.tierStepFast)}>
        {isFast ? <Icon name="bolt" size="small" /> : null}
        {value ?? absent}
      </span>
      <span className={classNames(styles.tierStepNote, isProofless && styles.tierStepWarning)}>
        {t(`fastTab.${step}.note`)}
      </span>
    </div>
  );
}
