import { type ReactNode, useEffect, useState } from 'react';
import type { PassiveAnswer } from '../../../src-main/shared/lab.ts';
import { formatCount, formatTokens } from '../../lib/format.ts';
import { useActions, useApp } from '../../stores/stores.ts';
import { Badge } from '../../ui/badge.tsx';
import { Card } from '../../ui/card.tsx';
import { ArmsTable } from './arms-table.tsx';

/** What ordinary traffic shows: seen, not tried. */
export function PassiveCard(): ReactNode {
  const actions = useActions();
  const isLive = useApp((state) => state.connection === 'live');
  const [answer, setAnswer] = useState<PassiveAnswer | null>(null);
  useEffect(() => {
    if (isLive) void actions.ask('latency.passive', { filter: {} }).then(setAnswer);
  }, [actions, isLive]);
  if (answer === null) return null;
  return (
    <Card title="Your ordinary traffic" aside={<Badge tone="quiet">observational</Badge>}>
      <div className="figures-body">
        <p className="faint">
          n = {formatCount(answer.n)} turns, matched on model and effort. Nobody chose the tier by chance here, so this
          is no verdict.
        </p>
        {answer.comparisons.length === 0 ? (
          <p>Nothing to compare yet: it takes turns of both tiers with the same model and effort.</p>
        ) : null}
        {answer.comparisons.map((each) => (
          <section key={`${each.model} ${each.effort}`}>
            <h3>
              {each.model}, effort {each.effort}
              {each.differencePercent === null
                ? ''
                : `: ${Math.abs(each.differencePercent).toFixed(1)} % ${each.differencePercent < 0 ? 'less' : 'more'} time per token with fast`}
            </h3>
            <ArmsTable standard={each.standard} priority={each.priority} />
          </section>
        ))}
        <h3>Quota drawn</h3>
        <QuotaTable answer={answer} />
      </div>
    </Card>
  );
}

function QuotaTable({ answer }: { readonly answer: PassiveAnswer }): ReactNode {
  if (answer.quota.length === 0)
    return <p>Nothing yet: it takes two readings of an account's quota with turns of one tier between them.</p>;
  return (
    <>
      <table className="figures-table">
        <thead>
          <tr>
            <th scope="col">Tier</th>
            <th scope="col">n</th>
            <th scope="col">Tokens out</th>
            <th scope="col">Drawn</th>
            <th scope="col">per 1,000 tokens</th>
          </tr>
        </thead>
        <tbody>
          {answer.quota.map((draw) => (
            <tr key={draw.tier}>
              <th scope="row">{draw.tier}</th>
              <td>{formatCount(draw.n)}</td>
              <td>{formatTokens(draw.outputTokens)}</td>
              <td>{draw.percentDrawn.toPrecision(3)} %</td>
              <td>
                {draw.percentPerThousandTokens === null ? '—' : `${draw.percentPerThousandTokens.toPrecision(3)} %`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {answer.quotaRatio === null ? null : (
        <p>
          Fast drew {answer.quotaRatio.toFixed(1)} times the quota of standard for a token. About 2 to 2.5 is what a
          granted fast tier costs.
        </p>
      )}
    </>
  );
}
