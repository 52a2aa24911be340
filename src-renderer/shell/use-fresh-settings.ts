import { useEffect } from 'react';
import { useActions, useApp } from '../stores/stores.ts';

/** Looks again when the user comes back: the system may have changed what it keeps, and no delta tells of that. */
export function useFreshSettings(): void {
  const actions = useActions();
  const isLive = useApp((state) => state.connection === 'live');
  useEffect(() => {
    if (!isLive) return undefined;
    const read = (): void => void actions.freshenSettings();
    window.addEventListener('focus', read);
    return () => window.removeEventListener('focus', read);
  }, [actions, isLive]);
}
