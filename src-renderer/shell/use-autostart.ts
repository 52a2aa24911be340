import { useEffect } from 'react';
import { useApp, useStores } from '../stores/stores.ts';

/** Keeps what the page knows of the start at login: the tray changes it too, which a delta of the settings tells. */
export function useAutostart(): void {
  const { actions, app } = useStores();
  const isLive = useApp((state) => state.connection === 'live');
  useEffect(() => {
    if (!isLive) return undefined;
    const read = (): void => void actions.readAutostart();
    read();
    window.addEventListener('focus', read);
    const leave = app.subscribe((now, before) => {
      if (now.settings !== before.settings) read();
    });
    return () => {
      window.removeEventListener('focus', read);
      leave();
    };
  }, [actions, app, isLive]);
}
