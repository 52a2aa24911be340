import { type ReactNode, useEffect, useState } from 'react';
import type { TraceStoreState } from '../../../src-main/shared/trace-query.ts';
import type { Words } from '../../../src-main/shared/words/words.ts';
import { keptInBrowser } from '../../stores/kept.ts';
import { useActions, useApp, useHistory, useStores, useWords } from '../../stores/stores.ts';
import { IconButton } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { RichText } from '../../ui/rich-text.tsx';
import textStyles from '../../ui/text.module.css';
import { Unanswered } from '../../ui/unanswered.tsx';
import noticeStyles from './notice.module.css';
import styles from './store-line.module.css';

const readEveryMs = 15_000;
const seenKey = 'slipstream.set-aside-seen';

/** What the history holds, how full it is, and the way to clear it. */
export function StoreLine(): ReactNode {
  const { history, ui } = useStores();
  const words = useWords();
  const { t } = words;
  const kept = useHistory((state) => state.kept);
  // Where the list has not come either, it says so above.
  const failed = useHistory((state) => (state.problem === null ? state.keptFailed : null));
  const isLive = useApp((state) => state.connection === 'live');
  const limitMegabytes = useApp((state) => state.settings?.traceMegabytes ?? null);
  const [isAsking, setAsking] = useState(false);
  useEffect(() => {
    if (!isLive) return undefined;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') void history.getState().readKept();
    }, readEveryMs);
    return () => clearInterval(timer);
  }, [history, isLive]);
  const unanswered = <Unanswered failed={failed} onAgain={() => void history.getState().readKept()} />;
  // Its place is there from the start: a list that shrinks later would hide its last row.
  if (kept === null) return <footer className={styles.storeLine}>{unanswered}</footer>;
  return (
    <>
      <footer className={styles.storeLine}>
        {unanswered}
        <p>{keptWords(words, kept)}</p>
        <p className={kept.kind === 'memory' ? textStyles.warnText : undefined}>
          {placeWords(words, kept, limitMegabytes)}
        </p>
        <span className={styles.storeLineActions}>
          <LinkButton onClick={() => ui.getState().go('settings')}>{t('requests.limits')}</LinkButton>
          <LinkButton makesCall disabled={kept.turns === 0} onClick={() => setAsking(true)}>
            {t('requests.clear')}
          </LinkButton>
        </span>
      </footer>
      {isAsking ? <ClearDialog turns={kept.turns} onClose={() => setAsking(false)} /> : null}
    </>
  );
}

function keptWords({ t, format }: Words, { turns: count, oldestAt }: TraceStoreState): string {
  if (count === 0) return t('requests.kept.none');
  const figure = format.count(count);
  return oldestAt === null
    ? t('requests.kept', { count, figure })
    : t('requests.kept.since', { count, figure, since: format.shortInstant(oldestAt) });
}

function placeWords({ t, format }: Words, { kind, bytes }: TraceStoreState, limitMegabytes: number | null): string {
  if (kind === 'memory') return t('requests.place.memory');
  const size = format.megabytes(bytes);
  return limitMegabytes === null
    ? t('requests.place.disk', { size })
    : t('requests.place.disk.of', { size, limit: format.count(limitMegabytes) });
}

interface ClearDialogProps {
  readonly turns: number;
  readonly onClose: () => void;
}

function ClearDialog({ turns, onClose }: ClearDialogProps): ReactNode {
  const { ui, toasts } = useStores();
  const { t, format } = useWords();
  const actions = useActions();
  const clear = async (): Promise<void> => {
    onClose();
    const result = await actions.request('requests.clear', null);
    const { show } = toasts.getState();
    if (!result.ok) {
      show('error', (words) => words.t('requests.clear.failed', { why: result.error.message }));
      return;
    }
    ui.getState().closeRequest();
    show('info', (words) => words.t('requests.clear.done'));
  };
  return (
    <ConfirmDialog
      title={t('requests.clear.title')}
      confirmLabel={t('requests.clear.do', { count: turns, figure: format.count(turns) })}
      onConfirm={() => void clear()}
      onCancel={onClose}
    >
      <p>{t('requests.clear.what')}</p>
      <p>{t('requests.clear.kept')}</p>
    </ConfirmDialog>
  );
}

/** Says once for each damaged database where it was put. */
export function SetAsideNotice(): ReactNode {
  const { t } = useWords();
  const path = useHistory((state) => state.kept?.setAsidePath ?? null);
  const [seen, setSeen] = useState(() => keptInBrowser.getItem(seenKey));
  if (path === null || path === seen) return null;
  return (
    <div className={noticeStyles.requestsNotice} role="status">
      <p>
        <RichText id="requests.aside" with={{ path, code: (text) => <code>{text}</code> }} />
      </p>
      <IconButton
        icon="close"
        label={t('ui.dismiss')}
        onClick={() => {
          keptInBrowser.setItem(seenKey, path);
          setSeen(path);
        }}
      />
    </div>
  );
}
