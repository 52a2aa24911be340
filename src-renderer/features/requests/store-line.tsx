import { type ReactNode, useEffect, useState } from 'react';
import type { TraceStoreState } from '../../../src-main/shared/trace-query.ts';
import { formatCount, formatMegabytes, formatShortInstant } from '../../lib/format.ts';
import { useActions, useApp, useHistory, useStores } from '../../stores/stores.ts';
import { IconButton } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import textStyles from '../../ui/text.module.css';
import noticeStyles from './notice.module.css';
import styles from './store-line.module.css';

const readEveryMs = 15_000;
const seenKey = 'slipstream.set-aside-seen';

/** What the history holds, how full it is, and the way to clear it. */
export function StoreLine(): ReactNode {
  const { history, ui } = useStores();
  const kept = useHistory((state) => state.kept);
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
  // Its place is there from the start: a list that shrinks later would hide its last row.
  if (kept === null) return <footer className={styles.storeLine} />;
  return (
    <>
      <footer className={styles.storeLine}>
        <p>{keptWords(kept)}</p>
        <p className={kept.kind === 'memory' ? textStyles.warnText : undefined}>{placeWords(kept, limitMegabytes)}</p>
        <span className={styles.storeLineActions}>
          <LinkButton onClick={() => ui.getState().go('settings')}>Limits in Settings</LinkButton>
          <LinkButton disabled={!isLive || kept.turns === 0} onClick={() => setAsking(true)}>
            Clear history…
          </LinkButton>
        </span>
      </footer>
      {isAsking ? <ClearDialog turns={kept.turns} onClose={() => setAsking(false)} /> : null}
    </>
  );
}

function keptWords({ turns, oldestAt }: TraceStoreState): string {
  if (turns === 0) return 'No turn that has ended is kept';
  const since = oldestAt === null ? '' : ` since ${formatShortInstant(oldestAt)}`;
  return `${formatCount(turns)} ended ${turns === 1 ? 'turn' : 'turns'} kept${since}`;
}

function placeWords({ kind, bytes }: TraceStoreState, limitMegabytes: number | null): string {
  if (kind === 'memory') return 'In memory only, as the disk cannot be used: it is gone when Slipstream stops';
  const limit = limitMegabytes === null ? '' : ` of ${formatCount(limitMegabytes)}`;
  return `${formatMegabytes(bytes)}${limit} MB on disk`;
}

interface ClearDialogProps {
  readonly turns: number;
  readonly onClose: () => void;
}

function ClearDialog({ turns, onClose }: ClearDialogProps): ReactNode {
  const { ui, toasts } = useStores();
  const actions = useActions();
  const clear = async (): Promise<void> => {
    onClose();
    const result = await actions.request('requests.clear', null);
    const { show } = toasts.getState();
    if (!result.ok) {
      show('error', `The history was not cleared: ${result.error.message}`);
      return;
    }
    ui.getState().closeRequest();
    show('info', 'History cleared.');
  };
  return (
    <ConfirmDialog
      title="Clear the history?"
      confirmLabel={`Clear ${formatCount(turns)} ${turns === 1 ? 'turn' : 'turns'}`}
      onConfirm={() => void clear()}
      onCancel={onClose}
    >
      <p>
        Every turn that has ended is forgotten, on the disk and in memory: its line, timings, headers, bodies and
        frames. The Latency screen begins anew. It cannot be undone.
      </p>
      <p>Kept: turns that run now, experiments of the fast lab, accounts, settings, and files you have exported.</p>
    </ConfirmDialog>
  );
}

/** Says once for each damaged database where it was put. */
export function SetAsideNotice(): ReactNode {
  const path = useHistory((state) => state.kept?.setAsidePath ?? null);
  const [seen, setSeen] = useState(() => localStorage.getItem(seenKey));
  if (path === null || path === seen) return null;
  return (
    <div className={noticeStyles.requestsNotice} role="status">
      <p>
        A damaged database was put aside at <code>{path}</code>, and a new one was begun: turns from before are not in
        this list. Nothing else is affected. Delete the file, or keep it to have it looked at.
      </p>
      <IconButton
        icon="close"
        label="Dismiss"
        onClick={() => {
          localStorage.setItem(seenKey, path);
          setSeen(path);
        }}
      />
    </div>
  );
}
