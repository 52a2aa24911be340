import { useEffect } from 'react';
import { useActions, useApp } from '../../stores/stores.ts';

/** Keeps what the page knows of the start at login: the tray changes it too, and no delta tells of that. */
export function useAutostart(): void {
  const actions = useActions();
  const isLive = useApp((state) => state.connection === 'live');
  useEffect(() => {
    if (!isLive) return undefined;
    const read = (): void => void actions.readAutostart();
    read();
    window.addEventListener('focus', read);
    return () => window.removeEventListener('focus', read);
  }, [actions, isLive]);
}
