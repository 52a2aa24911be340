import type { ReactNode } from 'react';
import type { TraceDetail } from '../../../../src-main/shared/model.ts';
import { isFastTier } from '../../../../src-main/shared/tiers.ts';
import { Icon } from '../../../ui/icons.tsx';

/** The tier on its way, and the conditions under which fast is granted. */
export function FastTab({ detail }: { readonly detail: TraceDetail }): ReactNode {
  const { row, fastConditions } = detail;
  const met = fastConditions.filter((condition) => condition.met).length;
  return (
    <div className="fast-tab">
      <div className="tier-steps">
        <TierStep name="Asked" value={row.tierAsked} absent="field left out" note="by the client" />
        <TierStep
          name="Sent"
          value={row.tierSent}
          absent={row.transport === null ? 'nothing sent' : 'field left out'}
          note="by Slipstream, to upstream"
        />
        <TierStep name="Echoed" value={row.tierEchoed} absent="no final event" note="not proof" isProofless />
      </div>
      <p className="fast-explanation">
        Upstream's final event says <code>default</code> for every tier, so what it echoes proves nothing. Whether fast
        helped shows in the times.
      </p>
      <h3>
        Conditions for fast{' '}
        <span className="faint">
          {met} of {fastConditions.length} met
        </span>
      </h3>
      {fastConditions.length === 0 ? <p className="faint">None recorded for this request.</p> : null}
      <ul className="conditions">
        {fastConditions.map((condition) => (
          <li key={condition.name} className={condition.met ? 'condition condition-met' : 'condition condition-unmet'}>
            <Icon name={condition.met ? 'check' : 'cross'} label={condition.met ? 'met' : 'not met'} />
            <span>{condition.name}</span>
            <code className="condition-detail">{condition.detail}</code>
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
    <div className={`tier-step ${isProofless ? 'tier-step-proofless' : ''}`}>
      <span className="tier-step-name">{name}</span>
      <span className={`tier-step-value ${isFast ? 'tier-fast' : ''}`}>
        {isFast ? <Icon name="bolt" /> : null}
        {value ?? absent}
      </span>
      <span className={isProofless ? 'tier-step-note tier-step-warning' : 'tier-step-note'}>{note}</span>
    </div>
  );
}
