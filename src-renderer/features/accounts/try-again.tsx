import { type ReactNode, useState } from 'react';
import type { AccountView } from '../../../src-main/shared/account-model.ts';
import { untilText } from '../../../src-main/shared/until-text.ts';
import { formatInstant } from '../../lib/format.ts';
import { useActions } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import layoutStyles from '../../ui/layout.module.css';
import textStyles from '../../ui/text.module.css';

/** What upstream would not do for an account, until when that is remembered, and the way to have it forgotten. */
export function TryAgain({ account, nowMs }: { readonly account: AccountView; readonly nowMs: number }): ReactNode {
  const actions = useActions();
  const [isBusy, setBusy] = useState(false);
  const { overHttp } = account;
  const standing = account.refusals.filter(({ untilMs }) => untilMs > nowMs);
  const isOverHttp = overHttp !== null && overHttp.untilMs > nowMs;
  const isLocked = account.state === 'locked';
  if (standing.length === 0 && !isOverHttp && !isLocked) return null;
  const run = async (): Promise<void> => {
    setBusy(true);
    await actions.tryAgain(account.id);
    setBusy(false);
  };
  return (
    <>
      {standing.map(({ kind, scope, isHard, untilMs }) => (
        <p key={`${kind} ${scope}`} className={textStyles.faint} title={formatInstant(untilMs)}>
          {scope === null ? 'Every turn' : `Turns of ${scope}`}:{' '}
          {isHard ? 'not asked again' : 'other accounts are asked first'}
          {untilText(untilMs, nowMs)}.
        </p>
      ))}
      {isOverHttp ? (
        <p className={textStyles.faint} title={formatInstant(overHttp.untilMs)}>
          Served over HTTP{untilText(overHttp.untilMs, nowMs)}. {overHttp.why}
        </p>
      ) : null}
      <div className={layoutStyles.addButtons}>
        <Button disabled={isBusy} onClick={() => void run()}>
          {standing.length === 0 && !isLocked ? 'Try websockets now' : 'Try again'}
        </Button>
      </div>
    </>
  );
}
