import type { ReactNode } from 'react';
import { signedOutCount } from '../lib/account-text.ts';
import { classNames } from '../lib/class-names.ts';
import { isPlainClick } from '../lib/plain-click.ts';
import { profileName } from '../lib/profile-name.ts';
import { formatRoute } from '../lib/route.ts';
import { type ScreenName, screens } from '../lib/screens.ts';
import { useApp, useStores, useUi, useWords } from '../stores/stores.ts';
import { Icon } from '../ui/icons.tsx';
import styles from './navigation.module.css';

/** The screens, at the left; icons only where it is narrow. */
export function Navigation(): ReactNode {
  const { t, format } = useWords();
  const { ui } = useStores();
  const current = useUi((state) => state.route.screen);
  const filter = useUi((state) => state.route.filter);
  const app = useApp((state) => state.app);
  const running = useApp((state) => state.rows.filter((row) => row.status === 'running').length);
  const accounts = useApp((state) => state.accounts);
  const signedOut = signedOutCount(accounts);
  const experiment = useApp((state) => state.experiment);
  const counts: Partial<Record<ScreenName, string | null>> = {
    requests: running === 0 ? null : t('shell.running', { n: running }),
    lab: experiment?.state === 'running' ? t('shell.running.lab') : null,
    accounts: signedOut === 0 ? format.count(accounts.length) : t('shell.signedOut', { n: signedOut }),
  };
  return (
    <nav className={styles.nav} aria-label={t('shell.screens')}>
      <ul>
        {screens.map(({ name: screen, keys }) => (
          <li key={screen}>
            <a
              className={styles.navLink}
              href={formatRoute({ screen, requestId: null, filter })}
              aria-current={screen === current ? 'page' : undefined}
              title={`${t(`screens.${screen}`)} (${keys})`}
              onClick={(event) => {
                if (!isPlainClick(event)) return;
                event.preventDefault();
                ui.getState().go(screen);
              }}
            >
              <Icon name={screen} {...(screen === current ? { tone: 'accent' } : {})} />
              <span className={styles.navText}>{t(`screens.${screen}`)}</span>
              {counts[screen] == null ? null : (
                <span className={styles.navCount} data-alert={screen === 'accounts' && signedOut > 0}>
                  {screen === 'accounts' && signedOut > 0 ? <Icon name="warning" size="small" /> : null}
                  <span className={styles.navCountText}>{counts[screen]}</span>
                </span>
              )}
            </a>
          </li>
        ))}
      </ul>
      <div>
        <button
          type="button"
          className={styles.navLink}
          title={t('shell.shortcuts.key')}
          onClick={() => ui.getState().setHelpOpen(true)}
        >
          <Icon name="keyboard" />
          <span className={styles.navText}>{t('shell.shortcuts')}</span>
          <kbd className={styles.navText}>?</kbd>
        </button>
        <p className={classNames(styles.navVersion, styles.navText)}>
          Slipstream {app?.version}
          <br />
          {t('shell.codex', { profile: profileName(t, app?.profile ?? '') })}
        </p>
      </div>
    </nav>
  );
}
