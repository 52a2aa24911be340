import { type ComponentType, lazy, type ReactNode, Suspense, useEffect, useLayoutEffect, useState } from 'react';
import { AccountsScreen } from '../features/accounts/accounts-screen.tsx';
import { ClientsScreen } from '../features/clients/clients-screen.tsx';
import { CodexScreen } from '../features/codex/codex-screen.tsx';
import { LabScreen } from '../features/lab/lab-screen.tsx';
import { LatencyScreen } from '../features/latency/latency-screen.tsx';
import { OverviewScreen } from '../features/overview/overview-screen.tsx';
import { RequestsScreen } from '../features/requests/requests-screen.tsx';
import { SettingsScreen } from '../features/settings/settings-screen.tsx';
import { useWelcome, WelcomeScreen } from '../features/welcome/welcome-screen.tsx';
import { useCommands } from '../hooks/use-commands.ts';
import { screenActions } from '../lib/screen-actions.ts';
import { type ScreenName, screens } from '../lib/screens.ts';
import { applyTheme } from '../lib/theme.ts';
import { useApp, useHasWords, useStores, useUi, useWords } from '../stores/stores.ts';
import { Toasts } from '../ui/toasts.tsx';
import styles from './app.module.css';
import { Boundary, BrokenPart } from './broken-part.tsx';
import { BrokenPage, ConnectingPage, RefusedPage } from './full-page.tsx';
import { Navigation } from './navigation.tsx';
import { Palette } from './palette.tsx';
import { ShortcutsDialog } from './shortcuts-dialog.tsx';
import { TopBar } from './top-bar.tsx';
import { useFileDrops } from './use-file-drops.ts';
import { useFreshSettings } from './use-fresh-settings.ts';
import { useFreshUsage } from './use-fresh-usage.ts';
import { useKeptFocus } from './use-kept-focus.ts';
import { usePaletteEntries, usePaletteOpen, useScreenTitle } from './use-palette.ts';
import { useTableCopy } from './use-table-copy.ts';
import { useTrafficKeys } from './use-traffic-keys.ts';
import { useWholeClicks } from './use-whole-clicks.ts';
import { useWholeKeys } from './use-whole-keys.ts';

/** What only one screen needs comes when it is first shown. */
const UsageScreen = lazy(async () => ({ default: (await import('../features/usage/usage-screen.tsx')).UsageScreen }));
const SessionsScreen = lazy(async () => ({
  default: (await import('../features/sessions/sessions-screen.tsx')).SessionsScreen,
}));

const screenParts: Readonly<Record<ScreenName, ComponentType>> = {
  overview: OverviewScreen,
  requests: RequestsScreen,
  sessions: SessionsScreen,
  latency: LatencyScreen,
  usage: UsageScreen,
  lab: LabScreen,
  accounts: AccountsScreen,
  clients: ClientsScreen,
  codex: CodexScreen,
  settings: SettingsScreen,
};

/** The whole page: a full-page word while there is nothing to show, else navigation, top bar and one screen. */
export function App(): ReactNode {
  const isRefused = useApp((state) => state.connection === 'refused');
  const isLoaded = useApp((state) => state.app !== null);
  const hasWords = useHasWords();
  const { language } = useWords();
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const theme = useApp((state) => state.settings?.theme ?? 'system');
  useLayoutEffect(() => applyTheme(theme, document), [theme]);
  if (!hasWords) return null;
  if (isRefused) return <RefusedPage />;
  return (
    <>
      <Boundary standIn={(error, tryAgain) => <BrokenPage error={error} tryAgain={tryAgain} />}>
        {isLoaded ? <Shell /> : <ConnectingPage />}
      </Boundary>
      <Toasts />
    </>
  );
}

function Shell(): ReactNode {
  const { ui, actions } = useStores();
  const screen = useUi((state) => state.route.screen);
  const isHelpOpen = useUi((state) => state.isHelpOpen);
  const { go, setHelpOpen } = ui.getState();
  const welcome = useWelcome();
  const { t } = useWords();
  const Screen = screenParts[screen];
  const [isPaletteOpen, setPaletteOpen] = usePaletteOpen();
  useScreenTitle(screen);
  const [hasTrafficKeys, setTrafficKeys] = useTrafficKeys();
  useFreshUsage();
  useFreshSettings();
  useWholeClicks();
  useWholeKeys();
  useKeptFocus();
  useFileDrops();
  useTableCopy();
  useCommands({
    ...Object.fromEntries(screens.map(({ name }) => [`go-${name}`, () => go(name)])),
    ...(hasTrafficKeys
      ? { 'toggle-fast': () => void actions.toggleFast(), 'pause-turns': () => void actions.togglePaused() }
      : {}),
    help: () => setHelpOpen(true),
  });
  return (
    <div className={styles.shell}>
      <button type="button" className={styles.skipLink} onClick={() => document.getElementById('main')?.focus()}>
        {t('shell.skip')}
      </button>
      <TopBar />
      <Navigation />
      <main className={styles.main} id="main" tabIndex={-1}>
        {screen === 'overview' && welcome.isOpen ? (
          <WelcomeScreen onDone={welcome.close} />
        ) : (
          <Boundary key={screen} standIn={(error, tryAgain) => <BrokenPart error={error} tryAgain={tryAgain} />}>
            <Suspense>
              <Screen />
            </Suspense>
          </Boundary>
        )}
      </main>
      {isPaletteOpen ? <OpenPalette onClose={() => setPaletteOpen(false)} /> : null}
      {isHelpOpen ? (
        <ShortcutsDialog
          hasTrafficKeys={hasTrafficKeys}
          onTrafficKeys={setTrafficKeys}
          onClose={() => setHelpOpen(false)}
        />
      ) : null}
    </div>
  );
}

/** Its entries follow the state only while it is open. */
function OpenPalette({ onClose }: { readonly onClose: () => void }): ReactNode {
  // As the screen stood when the palette was opened.
  const [own] = useState(() => screenActions(document.getElementById('main') ?? document.body));
  return <Palette entries={[...usePaletteEntries(), ...own]} onClose={onClose} />;
}
