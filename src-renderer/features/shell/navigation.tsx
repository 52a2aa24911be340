import type { ReactNode } from 'react';
import { formatCount } from '../../lib/format.ts';
import { formatRoute, type ScreenName } from '../../lib/route.ts';
import { useApp, useStores, useUi } from '../../stores/stores.ts';
import { Icon } from '../../ui/icons.tsx';

interface Destination {
  readonly screen: ScreenName;
  readonly label: string;
  readonly keys: string;
}

const destinations: readonly Destination[] = [
  { screen: 'overview', label: 'Overview', keys: 'g o' },
  { screen: 'requests', label: 'Requests', keys: 'g r' },
  { screen: 'latency', label: 'Latency', keys: 'g l' },
  { screen: 'lab', label: 'Fast lab', keys: 'g f' },
  { screen: 'accounts', label: 'Accounts', keys: 'g a' },
  { screen: 'clients', label: 'Clients', keys: 'g c' },
  { screen: 'settings', label: 'Settings', keys: 'g s' },
];

/** The screens, at the left; icons only where it is narrow. */
export function Navigation(): ReactNode {
  const { ui } = useStores();
  const current = useUi((state) => state.route.screen);
  const filter = useUi((state) => state.route.filter);
  const app = useApp((state) => state.app);
  const running = useApp((state) => state.rows.filter((row) => row.status === 'running').length);
  const accounts = useApp((state) => state.accounts.length);
  const experiment = useApp((state) => state.experiment);
  const counts: Record<ScreenName, string | null> = {
    overview: null,
    latency: null,
    lab: experiment?.state === 'running' ? 'running' : null,
    clients: null,
    requests: running === 0 ? null : `${formatCount(running)} running`,
    accounts: formatCount(accounts),
    settings: null,
  };
  return (
    <nav className="nav" aria-label="Screens">
      <ul>
        {destinations.map(({ screen, label, keys }) => (
          <li key={screen}>
            <a
              className="nav-link"
              href={formatRoute({ screen, requestId: null, filter })}
              aria-current={screen === current ? 'page' : undefined}
              title={`${label} (${keys})`}
              onClick={(event) => {
                event.preventDefault();
                ui.getState().go(screen);
              }}
            >
              <Icon name={screen} />
              <span className="nav-text">{label}</span>
              {counts[screen] === null ? null : <span className="nav-count">{counts[screen]}</span>}
            </a>
          </li>
        ))}
      </ul>
      <div>
        <button
          type="button"
          className="nav-link"
          title="Keyboard shortcuts (?)"
          onClick={() => ui.getState().setHelpOpen(true)}
        >
          <Icon name="keyboard" />
          <span className="nav-text">Shortcuts</span>
          <kbd className="nav-text">?</kbd>
        </button>
        <p className="nav-version nav-text">
          Slipstream {app?.version}
          <br />
          Codex shape {app?.profile}
        </p>
      </div>
    </nav>
  );
}
