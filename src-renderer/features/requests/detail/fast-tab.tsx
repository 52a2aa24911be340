import type { ReactNode } from 'react';
import type { TraceDetail } from '../../../../src-main/shared/model.ts';
import { isFastTier } from '../../../../src-main/shared/tiers.ts';
import { classNames } from '../../../lib/class-names.ts';
import { Icon } from '../../../ui/icons.tsx';
import textStyles from '../../../ui/text.module.css';
import styles from './fast-tab.module.css';

/** The tier on its way, and the conditions under which fast is granted. */
export function FastTab({ detail }: { readonly detail: TraceDetail }): ReactNode {
  const { row, fastConditions } = detail;
  const met = fastConditions.filter((condition) => condition.met).length;
  return (
    <div className={styles.fastTab}>
      <div className={styles.tierSteps}>
        <TierStep name="Asked" value={row.tierAsked} absent="field left out" note="by the client" />
        <TierStep
          name="Sent"
          value={row.tierSent}
          absent={row.transport === null ? 'nothing sent' : 'field left out'}
          note="by Slipstream, to upstream"
        />
        <TierStep name="Echoed" value={row.tierEchoed} absent="no final event" note="not proof" isProofless />
      </div>
      <p className={styles.fastExplanation}>
        Upstream's final event says <code>default</code> for every tier, so what it echoes proves nothing. Whether fast
        helped shows in the times.
      </p>
      <h3>
        Conditions for fast{' '}
        <span className={textStyles.faint}>
          {met} of {fastConditions.length} met
        </span>
      </h3>
      {fastConditions.length === 0 ? <p className={textStyles.faint}>None recorded for this request.</p> : null}
      <ul className={styles.conditions}>
        {fastConditions.map((condition) => (
          <li key={condition.name} className={styles.condition}>
            <Icon
              name={condition.met ? 'check' : 'cross'}
              tone={condition.met ? 'good' : 'bad'}
              label={condition.met ? 'met' : 'not met'}
            />
            <span>{condition.name}</span>
            <code className={styles.conditionDetail}>{condition.detail}</code>
          </li>
        ))}
      </ul>
    </div>
  );
}

interface TierStepProps {
  readonly name: string;
  readonly value: string | null;
  /** Said where there is no value. */
  readonly absent: string;
  readonly note: string;
  readonly isProofless?: boolean;
}

function TierStep({ name, value, absent, note, isProofless = false }: TierStepProps): ReactNode {
  const isFast = isFastTier(value) && !isProofless;
  return (
    <div data-step={name} className={classNames(styles.tierStep, isProofless && styles.tierStepProofless)}>
      <span className={styles.tierStepName}>{name}</span>
      <span className={classNames(styles.tierStepValue, isFast && styles.tierStepFast)}>
        {isFast ? <Icon name="bolt" size="small" /> : null}
        {value ?? absent}
      </span>
      <span className={classNames(styles.tierStepNote, isProofless && styles.tierStepWarning)}>{note}</span>
    </div>
  );
}
