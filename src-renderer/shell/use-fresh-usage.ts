import { useEffect } from 'react';
import { useActions, useApp } from '../stores/stores.ts';

const everyMs = 60_000;

/** Keeps quotas from growing old while somebody looks at the page; main decides what is old enough to be read. */
export function useFreshUsage(): void {
  const actions = useActions();
  const isLive = useApp((state) => state.connection === 'live');
  const hasAccounts = useApp((state) => state.accounts.length > 0);
  useEffect(() => {
    if (!isLive || !hasAccounts) return undefined;
    const freshen = (): void => {
      if (document.visibilityState === 'visible') void actions.freshenUsage();
    };
    freshen();
    const timer = setInterval(freshen, everyMs);
    document.addEventListener('visibilitychange', freshen);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', freshen);
    };
  }, [actions, isLive, hasAccounts]);
}
