import { type ReactNode, useState } from 'react';
import type { TraceFilter } from '../../../src-main/shared/trace-query.ts';
import { useIsGone } from '../../hooks/use-is-gone.ts';
import { saveFile } from '../../lib/save-file.ts';
import { useActions, useHistory, useStores, useWords } from '../../stores/stores.ts';
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
  const { t, format } = useWords();
  const actions = useActions();
  const { toasts } = useStores();
  const ended = useHistory((state) => state.ended.count);
  const running = useHistory((state) => state.running.length);
  const [withBodies, setWithBodies] = useState(false);
  const [progress, setProgress] = useState<HarProgress | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const isGone = useIsGone();
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
    const { fileName: file, turns: count } = result.value;
    toasts
      .getState()
      .show('info', (words) => words.t('har.saved.turns', { file, count, figure: words.format.count(count) }));
  };
  return (
    <Dialog title={t('har.title.shown')} onClose={onClose}>
      <div className={dialogStyles.dialogBody}>
        <HarChoice withBodies={withBodies} onWithBodies={setWithBodies} disabled={progress !== null} />
        <p className={textStyles.faint}>
          {ended > maxHarTurns
            ? t('har.limit.turns', {
                most: format.count(maxHarTurns),
                all: format.count(ended),
                megabytes: maxHarMegabytes,
              })
            : t('har.limit', { megabytes: maxHarMegabytes })}{' '}
          {running === 0 ? '' : t('har.running')}
        </p>
        {progress === null ? null : (
          <div className={styles.dialogProgress} role="status">
            <progress value={progress.turns} max={turns} />
            <span>
              {t('har.progress', {
                count: turns,
                done: format.count(progress.turns),
                all: format.count(turns),
                size: format.bytes(progress.chars),
              })}
            </span>
          </div>
        )}
        <ProblemText problem={problem} />
      </div>
      <footer className={dialogStyles.dialogFoot}>
        <Button onClick={onClose}>{t('ui.cancel')}</Button>
        <Button variant="primary" makesCall disabled={progress !== null || ended === 0} onClick={() => void save()}>
          {t('har.do', { count: turns, figure: format.count(turns) })}
        </Button>
      </footer>
    </Dialog>
  );
}
