import { type ReactNode, useState } from 'react';
import type { PassiveAnswer, PassiveComparison } from '../../../src-main/shared/lab.ts';
import { maxPassiveTurns } from '../../../src-main/shared/store-limits.ts';
import type { TraceChoices, TraceFilter } from '../../../src-main/shared/trace-query.ts';
import { absent } from '../../../src-main/shared/turn-words.ts';
import type { Words } from '../../../src-main/shared/words/words.ts';
import { useAnswer } from '../../hooks/use-answer.ts';
import { readTurnsAgain } from '../../stores/queries.ts';
import { useStores, useWords } from '../../stores/stores.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import figuresStyles from '../../ui/figures.module.css';
import textStyles from '../../ui/text.module.css';
import { type FilterField, TraceFilterBar } from '../../ui/trace-filter-bar.tsx';
import { Unanswered } from '../../ui/unanswered.tsx';
import { armName } from './arm-name.ts';
import { ArmsTable } from './arms-table.tsx';
import labStyles from './lab.module.css';
import { QuotaTable } from './quota-table.tsx';

interface PassiveCardProps {
  readonly choices: TraceChoices;
}

/** Without the tier, which is what is compared. */
const fields: readonly FilterField[] = ['time', 'model', 'effort', 'transport', 'account', 'client'];

/** What ordinary traffic shows: seen, not tried. Read again when turns have ended. */
export function PassiveCard({ choices }: PassiveCardProps): ReactNode {
  const words = useWords();
  const { t } = words;
  const [filter, setFilter] = useState<TraceFilter>({});
  const { queries } = useStores();
  const { answered, failed, readAgain } = useAnswer('latency.passive', { filter }, { keepsLast: true });
  return (
    <Card
      title={t('lab.passive')}
      aside={
        <>
          <Badge tone="quiet">{t('lab.passive.kind')}</Badge>
          <Button onClick={() => readTurnsAgain(queries)}>{t('lab.passive.again')}</Button>
        </>
      }
    >
      <div className={figuresStyles.figuresBody}>
        <TraceFilterBar filter={filter} choices={choices} fields={fields} onChange={setFilter} />
        <Unanswered failed={failed} onAgain={readAgain} />
        {answered === null ? null : <Observed answer={answered.value} />}
      </div>
    </Card>
  );
}

function Observed({ answer }: { readonly answer: PassiveAnswer }): ReactNode {
  const words = useWords();
  const { t, format } = words;
  const { n, fromMs, toMs, comparisons } = answer;
  const both = comparisons.filter(({ standard, priority }) => standard.totalMs.n > 0 && priority.totalMs.n > 0);
  const oneSided = comparisons.length - both.length;
  const counts = { n, most: maxPassiveTurns };
  return (
    <>
      <p className={textStyles.faint}>
        {fromMs === null || toMs === null
          ? t('lab.passive.what', counts)
          : t('lab.passive.what.span', {
              ...counts,
              from: format.shortInstant(fromMs),
              to: format.shortInstant(toMs),
            })}
      </p>
      {both.length === 0 ? <p>{t('lab.passive.none')}</p> : null}
      {both.map((each) => (
        <section key={`${each.model} ${each.effort} ${each.tier}`} className={labStyles.passivePart}>
          <h3>{groupText(words, each)}</h3>
          <ArmsTable standard={each.standard} priority={each.priority} tier={each.tier} />
        </section>
      ))}
      {oneSided === 0 ? null : <p className={textStyles.faint}>{t('lab.passive.oneSided', { n: oneSided })}</p>}
      <QuotaTable answer={answer} />
    </>
  );
}

function groupText({ t, format }: Words, comparison: PassiveComparison): string {
  const { model, effort, differencePercent, tier, sessions } = comparison;
  const said =
    differencePercent === null
      ? t('lab.passive.group.none')
      : t('lab.passive.group.middle', {
          change: format.change(differencePercent),
          tier: armName(t, 'priority', tier),
          n: sessions,
        });
  return t('lab.passive.group', { model, effort: effort === absent ? t('lab.passive.effort.none') : effort, said });
}
