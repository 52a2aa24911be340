import type { ReactNode } from 'react';
import type { LabEstimate, LabRequest } from '../../../src-main/shared/lab.ts';
import { estimateSentence } from '../../../src-main/shared/lab-method.ts';
import { useWords } from '../../stores/stores.ts';
import textStyles from '../../ui/text.module.css';
import labStyles from './lab.module.css';

interface LabCostProps extends Pick<LabRequest, 'kind'> {
  readonly estimate: LabEstimate;
}

/** What an experiment would take at the most, beside its start button. */
export function LabCost({ estimate, kind }: LabCostProps): ReactNode {
  const words = useWords();
  const { t, format } = words;
  const { model, tier, turns, pairs, outputTokens, standardEquivalentTokens, durationMs } = estimate;
  const { quotaPercent, quotaReadings, modelHasTier } = estimate;
  const facts = [
    { name: t('lab.cost.turns'), value: format.count(turns), note: t('lab.cost.turnsNote', { pairs }) },
    { name: t('lab.cost.tokens'), value: format.tokens(outputTokens), note: t('lab.cost.about') },
    { name: t('lab.cost.drawn'), value: format.tokens(standardEquivalentTokens), note: t('lab.cost.drawnNote') },
    { name: t('lab.cost.time'), value: format.ms(durationMs), note: t('lab.cost.about') },
    quotaPercent === null
      ? { name: t('lab.cost.quota'), value: t('lab.cost.unknown'), note: t('lab.cost.quotaLack', { quotaReadings }) }
      : {
          name: t('lab.cost.quota'),
          value: format.percent(quotaPercent),
          note: t('lab.cost.quotaNote', { quotaReadings }),
        },
  ];
  return (
    <div className={labStyles.labCost} role="note" aria-label={t('lab.cost')}>
      <p>{estimateSentence(words, estimate, kind)}</p>
      <dl>
        {facts.map(({ name, value, note }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
            <dd className={textStyles.faint}>{note}</dd>
          </div>
        ))}
      </dl>
      {quotaPercent !== null && quotaPercent > 100 ? (
        <p className={textStyles.badText}>{t('lab.cost.tooMuch')}</p>
      ) : null}
      {modelHasTier === false ? <p className={textStyles.badText}>{t('lab.cost.noTier', { model, tier })}</p> : null}
    </div>
  );
}
