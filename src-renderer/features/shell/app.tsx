import type { ReactNode } from 'react';
import { useApp, useStores, useUi } from '../../stores/stores.ts';
import { Toasts } from '../../ui/toasts.tsx';
import { AccountsScreen } from '../accounts/accounts-screen.tsx';
import { ClientsScreen } from '../clients/clients-screen.tsx';
import { LabScreen } from '../lab/lab-screen.tsx';
import { LatencyScreen } from '../latency/latency-screen.tsx';
import { OverviewScreen } from '../overview/overview-screen.tsx';
import { RequestsScreen } from '../requests/requests-screen.tsx';
import { SettingsScreen } from '../settings/settings-screen.tsx';
import { ConnectingPage, RefusedPage } from './full-page.tsx';
import { Navigation } from './navigation.tsx';
import { ShortcutsDialog } from './shortcuts-dialog.tsx';
import { TopBar } from './top-bar.tsx';
import { useAutostart } from './use-autostart.ts';
import { useCommands } from './use-commands.ts';
import { useFreshUsage } from './use-fresh-usage.ts';
import { useWelcome, WelcomeScreen } from './welcome-screen.tsx';

/** The whole page: a full-page word while there is nothing to show, else navigation, top bar and one screen. */
export function App(): ReactNode {
  const isRefused = useApp((state) => state.connection === 'refused');
  const isLoaded = useApp((state) => state.app !== null);
  if (isRefused) return <RefusedPage />;
  return (
    <>
      {isLoaded ? <Shell /> : <ConnectingPage />}
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
  useFreshUsage();
  useAutostart();
  useCommands({
    'go-overview': () => go('overview'),
    'go-requests': () => go('requests'),
    'go-accounts': () => go('accounts'),
    'go-latency': () => go('latency'),
    'go-lab': () => go('lab'),
    'go-clients': () => go('clients'),
    'go-settings': () => go('settings'),
    'toggle-fast': () => void actions.toggleFast(),
    'pause-turns': () => void actions.togglePaused(),
    help: () => setHelpOpen(true),
  });
  return (
    <div className="shell">
      <button type="button" className="skip-link" onClick={() => document.getElementById('main')?.focus()}>
        Skip to content
      </button>
      <TopBar />
      <Navigation />
      <main className="main" id="main" tabIndex={-1}>
        {screen === 'overview' && welcome.isOpen ? <WelcomeScreen onDone={welcome.close} /> : null}
        {screen === 'overview' && !welcome.isOpen ? <OverviewScreen /> : null}
        {screen === 'requests' ? <RequestsScreen /> : null}
        {screen === 'accounts' ? <AccountsScreen /> : null}
        {screen === 'latency' ? <LatencyScreen /> : null}
        {screen === 'lab' ? <LabScreen /> : null}
        {screen === 'clients' ? <ClientsScreen /> : null}
        {screen === 'settings' ? <SettingsScreen /> : null}
      </main>
      {isHelpOpen ? <ShortcutsDialog onClose={() => setHelpOpen(false)} /> : null}
    </div>
  );
}
