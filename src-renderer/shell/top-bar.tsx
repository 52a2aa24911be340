import type { ReactNode } from 'react';
import { apiBaseUrl } from '../../src-main/shared/client-snippets.ts';
import { classNames } from '../lib/class-names.ts';
import { useActions, useApp, useWords } from '../stores/stores.ts';
import { Badge, Dot } from '../ui/badge.tsx';
import { Button, IconButton } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { FastSwitch } from '../ui/fast-switch.tsx';
import { Icon } from '../ui/icons.tsx';
import { Logo } from '../ui/logo.tsx';
import { RichText } from '../ui/rich-text.tsx';
import styles from './top-bar.module.css';

/** Above everything: the name, the fast switch, the base URL and whether the page is live. */
export function TopBar(): ReactNode {
  const { t } = useWords();
  const isDemo = useApp((state) => state.app?.demo === true);
  const isPaused = useApp((state) => state.settings?.paused === true);
  return (
    <header className={styles.topBar}>
      <div className={styles.brand}>
        <Logo />
        <span className={styles.brandName}>Slipstream</span>
        {isDemo ? (
          <Badge tone="accent" title={t('shell.demo.help')}>
            {t('shell.demo')}
          </Badge>
        ) : null}
      </div>
      <FastSwitch room={isPaused ? 'least' : 'less'} />
      <PauseControl />
      <BaseUrl />
      <ConnectionWord />
    </header>
  );
}

/** Whether turns are taken; a pause is never overlooked, since clients only see refusals. */
function PauseControl(): ReactNode {
  const { t } = useWords();
  const actions = useActions();
  const isPaused = useApp((state) => state.settings?.paused === true);
  if (!isPaused) {
    return <IconButton icon="pause" label={t('shell.pause')} makesCall onClick={() => void actions.setPaused(true)} />;
  }
  return (
    <div className={styles.paused} role="status">
      <span className={styles.pausedWord} title={t('shell.paused.help')}>
        <Icon name="pause" />
        <span>
          <RichText id="shell.paused" with={{ more: (text) => <span className={styles.pausedMore}>{text}</span> }} />
        </span>
      </span>
      <Button icon="play" makesCall onClick={() => void actions.setPaused(false)}>
        {t('shell.resume')}
      </Button>
    </div>
  );
}

function BaseUrl(): ReactNode {
  const { t } = useWords();
  const actions = useActions();
  const baseUrl = useApp((state) => apiBaseUrl(state.app?.baseUrl ?? ''));
  return (
    <div className={styles.baseUrl} title={t('shell.baseUrl.help')}>
      <code>{baseUrl}</code>
      <CopyButton iconOnly label={t('shell.baseUrl.copy')} copy={() => actions.copyText(baseUrl, 'shell.baseUrl')} />
    </div>
  );
}

function ConnectionWord(): ReactNode {
  const { t } = useWords();
  const connection = useApp((state) => state.connection);
  const isOutdated = useApp((state) => state.isOutdated);
  const isLive = connection === 'live';
  if (isOutdated && isLive)
    return (
      <div role="status">
        <Button icon="warning" title={t('shell.outdated.why')} onClick={() => location.reload()}>
          {t('shell.outdated')}
        </Button>
      </div>
    );
  return (
    <div className={classNames(styles.connection, !isLive && styles.connectionLost)} role="status">
      <Dot tone={isLive ? 'good' : 'warn'} pulse={!isLive} />
      <span>{isLive ? t('shell.connected') : t('shell.reconnecting')}</span>
    </div>
  );
}
