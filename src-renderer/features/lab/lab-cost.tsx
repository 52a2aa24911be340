import type { ReactNode } from 'react';
import type { LabEstimate } from '../../../src-main/shared/lab.ts';
import { useWords } from '../../stores/stores.ts';
import textStyles from '../../ui/text.module.css';
import labStyles from './lab.module.css';

/** What an experiment would take at the most, beside its start button. */
export function LabCost({ estimate }: { readonly estimate: LabEstimate }): ReactNode {
  const { t, format } = useWords();
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
      <p>{estimate.sentence}</p>
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
