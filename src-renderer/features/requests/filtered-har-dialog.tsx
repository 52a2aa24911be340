import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { TraceFilter } from '../../../src-main/shared/trace-query.ts';
import { formatBytes, formatCount } from '../../lib/format.ts';
import { saveFile } from '../../lib/save-file.ts';
import { useActions, useHistory, useStores } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import dialogStyles from '../../ui/dialog.module.css';
import { Dialog } from '../../ui/dialog.tsx';
import { ProblemText } from '../../ui/problem-text.tsx';
import textStyles from '../../ui/text.module.css';
import styles from './filtered-har-dialog.module.css';
import { HarChoice } from './har-choice.tsx';
import { type HarProgress, maxHarMegabytes, maxHarTurns, readHar } from './read-har.ts';

interface FilteredHarDialogProps {
  readonly filter: TraceFilter;
  readonly onClose: () => void;
}

/** Saves the ended turns that the list shows as one HAR file. */
export function FilteredHarDialog({ filter, onClose }: FilteredHarDialogProps): ReactNode {
  const actions = useActions();
  const { toasts } = useStores();
  const ended = useHistory((state) => state.ended.count);
  const running = useHistory((state) => state.running.length);
  const [withBodies, setWithBodies] = useState(false);
  const [progress, setProgress] = useState<HarProgress | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const isGone = useRef(false);
  useEffect(() => {
    isGone.current = false;
    return () => {
      isGone.current = true;
    };
  }, []);
  const turns = Math.min(ended, maxHarTurns);
  const save = async (): Promise<void> => {
    setProblem(null);
    setProgress({ turns: 0, chars: 0 });
    const result = await readHar((input) => actions.request('export.har', input), {
      filter,
      withBodies,
      isCancelled: () => isGone.current,
      onProgress: setProgress,
    });
    if (isGone.current) return;
    setProgress(null);
    if (!result.ok) {
      setProblem(result.error.message);
      return;
    }
    if (result.value === null) return;
    saveFile(result.value.fileName, ...result.value.texts);
    onClose();
    toasts.getState().show('info', `${result.value.fileName} saved, ${formatCount(result.value.turns)} turns.`);
  };
  return (
    <Dialog title="Export the turns that are shown" onClose={onClose}>
      <div className={dialogStyles.dialogBody}>
        <HarChoice withBodies={withBodies} onWithBodies={setWithBodies} disabled={progress !== null} />
        <p className={textStyles.faint}>
          {ended > maxHarTurns
            ? `The newest ${formatCount(maxHarTurns)} of ${formatCount(ended)} turns go in, or fewer where the file would be larger than ${maxHarMegabytes} MB. Narrow the filters for others.`
            : `A file ends at ${maxHarMegabytes} MB; the newest turns go in first.`}
          {running === 0 ? '' : ' Turns that still run are left out.'}
        </p>
        {progress === null ? null : (
          <div className={styles.dialogProgress} role="status">
            <progress value={progress.turns} max={turns} />
            <span>
              {formatCount(progress.turns)} of {formatCount(turns)} turns, {formatBytes(progress.chars)}
            </span>
          </div>
        )}
        <ProblemText problem={problem} />
      </div>
      <footer className={dialogStyles.dialogFoot}>
        <Button onClick={onClose}>Cancel</Button>
        <Button variant="primary" disabled={progress !== null || ended === 0} onClick={() => void save()}>
          Export {formatCount(turns)} shown {turns === 1 ? 'turn' : 'turns'}
        </Button>
      </footer>
    </Dialog>
  );
}
