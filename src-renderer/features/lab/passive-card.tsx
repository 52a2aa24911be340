import { type ReactNode, useState } from 'react';
import type { PassiveAnswer } from '../../../src-main/shared/lab.ts';
import { maxPassiveTurns } from '../../../src-main/shared/store-limits.ts';
import { tierWord } from '../../../src-main/shared/tiers.ts';
import type { TraceChoices, TraceFilter } from '../../../src-main/shared/trace-query.ts';
import { effortLabel } from '../../../src-main/shared/turn-words.ts';
import { useAnswer } from '../../hooks/use-answer.ts';
import { formatChange, formatCount, formatCountOf, formatShortInstant } from '../../lib/format.ts';
import { readTurnsAgain } from '../../stores/queries.ts';
import { useStores } from '../../stores/stores.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import figuresStyles from '../../ui/figures.module.css';
import { ProblemText } from '../../ui/problem-text.tsx';
import textStyles from '../../ui/text.module.css';
import { type FilterField, TraceFilterBar } from '../../ui/trace-filter-bar.tsx';
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
  const [filter, setFilter] = useState<TraceFilter>({});
  const { queries } = useStores();
  const { answered, failed } = useAnswer('latency.passive', { filter }, { keepsLast: true });
  return (
    <Card
      title="Your ordinary traffic"
      aside={
        <>
          <Badge tone="quiet">observational</Badge>
          <Button onClick={() => readTurnsAgain(queries)}>Read again</Button>
        </>
      }
    >
      <div className={figuresStyles.figuresBody}>
        <TraceFilterBar filter={filter} choices={choices} fields={fields} onChange={setFilter} />
        <ProblemText problem={failed?.message ?? null} />
        {answered === null ? null : <Observed answer={answered.value} />}
      </div>
    </Card>
  );
}

function Observed({ answer }: { readonly answer: PassiveAnswer }): ReactNode {
  const { n, fromMs, toMs, comparisons } = answer;
  const both = comparisons.filter(({ standard, priority }) => standard.totalMs.n > 0 && priority.totalMs.n > 0);
  const oneSided = comparisons.length - both.length;
  return (
    <>
      <p className={textStyles.faint}>
        n = {formatCount(n)} completed turns of the latest {formatCount(maxPassiveTurns)} at most
        {fromMs === null || toMs === null ? '' : `, ${formatShortInstant(fromMs)} to ${formatShortInstant(toMs)}`},
        matched on model and effort, within one session or day; experiments and replays are left out. Seen, not tried:
        you chose when fast was on, so this is no proof and has no range.
      </p>
      {both.length === 0 ? (
        <p>Nothing to compare yet: it takes turns of both tiers with the same model and effort.</p>
      ) : null}
      {both.map((each) => (
        <section key={`${each.model} ${each.effort} ${each.tier}`} className={labStyles.passivePart}>
          <h3>
            {each.model}, effort {effortLabel(each.effort)}:{' '}
            {each.differencePercent === null
              ? 'no session or day with both tiers'
              : `${formatChange(each.differencePercent)} time per token after the first with ${tierWord(each.tier)}, middle of ${formatCountOf(each.sessions, 'session')}`}
          </h3>
          <ArmsTable standard={each.standard} priority={each.priority} tier={each.tier} />
        </section>
      ))}
      {oneSided === 0 ? null : (
        <p className={textStyles.faint}>
          Seen on one tier only: {formatCountOf(oneSided, 'combination')} of a model and an effort.
        </p>
      )}
      <QuotaTable answer={answer} />
    </>
  );
}
