import { useEffect, useState } from 'react';
import { useAccountNames } from '../hooks/use-account-names.ts';
import { parseFilter } from '../lib/filter-params.ts';
import { latinKey } from '../lib/keys.ts';
import type { PaletteEntry } from '../lib/palette.ts';
import { readSavedFilters } from '../lib/saved-filters.ts';
import { type ScreenName, screens } from '../lib/screens.ts';
import { keptInBrowser } from '../stores/kept.ts';
import { useApp, useStores, useWords } from '../stores/stores.ts';

/** Whether the palette is open; Ctrl-K or Cmd-K opens it from anywhere but another dialog, and closes it. */
export function usePaletteOpen(): readonly [isOpen: boolean, setOpen: (isOpen: boolean) => void] {
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const isChord = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
      if (!isChord || latinKey(event) !== 'k') return;
      event.preventDefault();
      if (event.repeat) return;
      setOpen((was) => !was && document.querySelector('dialog[open]') === null);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
  return [isOpen, setOpen];
}

/** Every screen, and what can be done from anywhere. */
export function usePaletteEntries(): readonly PaletteEntry[] {
  const { t } = useWords();
  const { actions, ui, app } = useStores();
  const isPaused = useApp((state) => state.settings?.paused === true);
  const accounts = useApp((state) => state.accounts);
  const nameOf = useAccountNames();
  const rows = useApp((state) => state.rows);
  const { go, setHelpOpen } = ui.getState();
  const policy = (fastPolicy: 'on' | 'auto' | 'off', label: string): PaletteEntry => ({
    label,
    run: () => void actions.setFastPolicy(fastPolicy),
  });
  const signIn = async (method: 'browser' | 'device'): Promise<void> => {
    go('accounts');
    await actions.startSignIn(method);
  };
  const baseUrl = (): string => `${app.getState().app?.baseUrl ?? ''}/v1`;
  return [
    ...screens.map(({ name, keys }) => ({
      label: t('palette.go', { screen: t(`screens.${name}`) }),
      keys,
      run: () => go(name),
    })),
    policy('on', t('palette.fast.on')),
    policy('auto', t('palette.fast.auto')),
    policy('off', t('palette.fast.off')),
    { label: t(isPaused ? 'palette.resume' : 'palette.pause'), run: () => void actions.togglePaused() },
    { label: t('palette.copyKey'), run: () => void actions.copyApiKey() },
    { label: t('palette.copyBaseUrl'), run: () => void actions.copyText(baseUrl(), 'shell.baseUrl') },
    { label: t('palette.copyDiagnostics'), run: () => void actions.copyDiagnostics() },
    { label: t('palette.signIn.browser'), run: () => void signIn('browser') },
    { label: t('palette.signIn.device'), run: () => void signIn('device') },
    { label: t('palette.link'), run: () => void actions.linkAccount() },
    ...accounts.map((account) => ({
      id: `quota ${account.id}`,
      label: t('palette.quota', { account: nameOf(account) }),
      run: () => void actions.readUsage(account.id),
    })),
    ...rows
      .filter(({ status }) => status === 'running')
      .map(({ id, client, model }) => ({
        id: `stop ${id}`,
        label: t('palette.stop', { model, client, id: id.slice(-6) }),
        run: () => void actions.stopTurn(id),
      })),
    ...readSavedFilters(keptInBrowser).map(({ name, params }) => ({
      id: `filter ${name}`,
      label: t('palette.filter', { name }),
      run: () => {
        go('requests');
        ui.getState().setFilter(parseFilter(params));
      },
    })),
    { label: t('shell.shortcuts.title'), keys: '?', run: () => setHelpOpen(true) },
  ];
}

/** Names the tab after the screen, so that several can be told apart. */
export function useScreenTitle(screen: ScreenName): void {
  const { t } = useWords();
  const label = t(`screens.${screen}`);
  useEffect(() => {
    document.title = `${label} · Slipstream`;
  }, [label]);
}
