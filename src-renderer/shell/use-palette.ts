import { useEffect, useState } from 'react';
import type { PaletteEntry } from '../lib/palette.ts';
import { type ScreenName, screens } from '../lib/screens.ts';
import { useApp, useStores } from '../stores/stores.ts';

/** Whether the palette is open; Ctrl-K or Cmd-K opens it from anywhere but another dialog, and closes it. */
export function usePaletteOpen(): readonly [isOpen: boolean, setOpen: (isOpen: boolean) => void] {
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const isChord = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
      if (!isChord || event.key.toLowerCase() !== 'k') return;
      event.preventDefault();
      setOpen((was) => !was && document.querySelector('dialog[open]') === null);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
  return [isOpen, setOpen];
}

/** Every screen, and what can be done from anywhere. */
export function usePaletteEntries(): readonly PaletteEntry[] {
  const { actions, ui, app } = useStores();
  const isPaused = useApp((state) => state.settings?.paused === true);
  const accounts = useApp((state) => state.accounts);
  const rows = useApp((state) => state.rows);
  const { go, setHelpOpen } = ui.getState();
  const policy = (fastPolicy: 'on' | 'auto' | 'off', label: string): PaletteEntry => ({
    label,
    run: () => void actions.changeSettings({ fastPolicy }),
  });
  const signIn = async (method: 'browser' | 'device'): Promise<void> => {
    go('accounts');
    await actions.startSignIn(method);
  };
  const baseUrl = (): string => `${app.getState().app?.baseUrl ?? ''}/v1`;
  return [
    ...screens.map(({ name, label, keys }) => ({ label: `Go to ${label}`, keys, run: () => go(name) })),
    policy('on', 'Fast mode: on'),
    policy('auto', 'Fast mode: auto'),
    policy('off', 'Fast mode: off'),
    { label: isPaused ? 'Resume Slipstream' : 'Pause Slipstream', run: () => void actions.togglePaused() },
    { label: 'Copy the API key', run: () => void actions.copyApiKey() },
    { label: 'Copy the base URL', run: () => void actions.copyText(baseUrl(), 'Base URL') },
    { label: 'Copy diagnostics', run: () => void actions.copyDiagnostics() },
    { label: 'Sign in with the browser', run: () => void signIn('browser') },
    { label: 'Sign in with a code', run: () => void signIn('device') },
    { label: 'Share the sign-in of Codex', run: () => void actions.linkAccount() },
    ...accounts.map(({ id, label }) => ({
      id: `quota ${id}`,
      label: `Read the quota of ${label}`,
      run: () => void actions.readUsage(id),
    })),
    ...rows
      .filter(({ status }) => status === 'running')
      .map(({ id, client, model }) => ({
        id: `stop ${id}`,
        label: `Stop ${model} of ${client} (${id.slice(-6)})`,
        run: () => void actions.stopTurn(id),
      })),
    { label: 'Keyboard shortcuts', keys: '?', run: () => setHelpOpen(true) },
  ];
}

/** Names the tab after the screen, so that several can be told apart. */
export function useScreenTitle(screen: ScreenName): void {
  const label = screens.find(({ name }) => name === screen)?.label ?? '';
  useEffect(() => {
    document.title = `${label} · Slipstream`;
  }, [label]);
}
