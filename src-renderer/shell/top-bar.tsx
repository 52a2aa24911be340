import type { ReactNode } from 'react';
import { apiBaseUrl } from '../../src-main/shared/client-snippets.ts';
import { classNames } from '../lib/class-names.ts';
import { useActions, useApp } from '../stores/stores.ts';
import { Badge, Dot } from '../ui/badge.tsx';
import { Button, IconButton } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { FastSwitch } from '../ui/fast-switch.tsx';
import { Icon } from '../ui/icons.tsx';
import { Logo } from '../ui/logo.tsx';
import styles from './top-bar.module.css';

/** Above everything: the name, the fast switch, the base URL and whether the page is live. */
export function TopBar(): ReactNode {
  const isDemo = useApp((state) => state.app?.demo === true);
  const isPaused = useApp((state) => state.settings?.paused === true);
  return (
    <header className={styles.topBar}>
      <div className={styles.brand}>
        <Logo />
        <span className={styles.brandName}>Slipstream</span>
        {isDemo ? (
          <Badge tone="accent" title="A built-in stand-in for upstream, with demo accounts and traffic">
            demo
          </Badge>
        ) : null}
      </div>
      <FastSwitch isTight={isPaused} />
      <PauseControl />
      <BaseUrl />
      <ConnectionWord />
    </header>
  );
}

/** Whether turns are taken; a pause is never overlooked, since clients only see refusals. */
function PauseControl(): ReactNode {
  const actions = useActions();
  const isPaused = useApp((state) => state.settings?.paused === true);
  const isLive = useApp((state) => state.connection === 'live');
  if (!isPaused) {
    return (
      <IconButton
        icon="pause"
        label="Pause Slipstream: refuse new turns"
        disabled={!isLive}
        onClick={() => void actions.setPaused(true)}
      />
    );
  }
  return (
    <div className={styles.paused} role="status">
      <span className={styles.pausedWord} title="Turns that run go on; new ones are refused until you resume">
        <Icon name="pause" />
        <span>
          Paused<span className={styles.pausedMore}>: new turns are refused</span>
        </span>
      </span>
      <Button icon="play" disabled={!isLive} onClick={() => void actions.setPaused(false)}>
        Resume
      </Button>
    </div>
  );
}

function BaseUrl(): ReactNode {
  const actions = useActions();
  const baseUrl = useApp((state) => apiBaseUrl(state.app?.baseUrl ?? ''));
  return (
    <div className={styles.baseUrl} title="Base URL for clients">
      <code>{baseUrl}</code>
      <CopyButton iconOnly label="Copy base URL" copy={() => actions.copyText(baseUrl, 'Base URL')} />
    </div>
  );
}

function ConnectionWord(): ReactNode {
  const connection = useApp((state) => state.connection);
  const isLive = connection === 'live';
  return (
    <div className={classNames(styles.connection, !isLive && styles.connectionLost)} role="status">
      <Dot tone={isLive ? 'good' : 'warn'} pulse={!isLive} />
      <span>{isLive ? 'Connected' : 'Reconnecting…'}</span>
    </div>
  );
}
