import { type ReactNode, useState } from 'react';
import type { AccountView } from '../../../src-main/shared/account-model.ts';
import type { Words } from '../../../src-main/shared/words/words.ts';
import { useActions, useWords } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import layoutStyles from '../../ui/layout.module.css';
import textStyles from '../../ui/text.module.css';

/** What upstream would not do for an account, until when that is remembered, and the way to have it forgotten. */
export function TryAgain({ account, nowMs }: { readonly account: AccountView; readonly nowMs: number }): ReactNode {
  const words = useWords();
  const { t, format } = words;
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
        <p key={`${kind} ${scope}`} className={textStyles.faint} title={format.instant(untilMs)}>
          {t('accounts.standing', {
            turns: scope === null ? t('accounts.standing.all') : t('accounts.standing.scope', { scope }),
            rule: t(isHard ? 'accounts.standing.hard' : 'accounts.standing.soft'),
            until: spaced(words, untilMs, nowMs),
          })}
        </p>
      ))}
      {isOverHttp ? (
        <p className={textStyles.faint} title={format.instant(overHttp.untilMs)}>
          {t('accounts.overHttp', { until: spaced(words, overHttp.untilMs, nowMs), why: words.told(overHttp.why) })}
        </p>
      ) : null}
      <div className={layoutStyles.addButtons}>
        <Button makesCall disabled={isBusy} onClick={() => void run()}>
          {standing.length === 0 && !isLocked ? t('accounts.tryWebsockets') : t('accounts.tryAgain')}
        </Button>
      </div>
    </>
  );
}

/** Until when, after a space or a comma; nothing where that is not known. */
function spaced({ t, format }: Words, epochMs: number, nowMs: number): string {
  const until = format.until(epochMs, nowMs);
  return until === '' ? '' : t('units.spaced', { text: until });
}
