import { type ReactNode, useState } from 'react';
import { useIsGone } from '../../../hooks/use-is-gone.ts';
import { saveFile } from '../../../lib/save-file.ts';
import { useActions, useStores, useWords } from '../../../stores/stores.ts';
import { Button } from '../../../ui/button.tsx';
import dialogStyles from '../../../ui/dialog.module.css';
import { Dialog } from '../../../ui/dialog.tsx';
import { ProblemText } from '../../../ui/problem-text.tsx';
import { HarChoice } from '../har-choice.tsx';

interface HarDialogProps {
  readonly id: string;
  readonly onClose: () => void;
}

/** Saves a request as a HAR file; with its bodies only if the user says so. */
export function HarDialog({ id, onClose }: HarDialogProps): ReactNode {
  const { t } = useWords();
  const actions = useActions();
  const { toasts } = useStores();
  const [withBodies, setWithBodies] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const isGone = useIsGone();
  const save = async (): Promise<void> => {
    const result = await actions.request('export.har', { ids: [id], filter: {}, limit: 1, withBodies });
    if (isGone.current) return;
    if (!result.ok) {
      setProblem(result.error.message);
      return;
    }
    saveFile(result.value.fileName, result.value.text);
    onClose();
    const { fileName: file } = result.value;
    toasts.getState().show('info', (words) => words.t('har.saved', { file }));
  };
  return (
    <Dialog title={t('har.title')} onClose={onClose}>
      <div className={dialogStyles.dialogBody}>
        <HarChoice withBodies={withBodies} onWithBodies={setWithBodies} />
        <ProblemText problem={problem} />
      </div>
      <footer className={dialogStyles.dialogFoot}>
        <Button onClick={onClose}>{t('ui.cancel')}</Button>
        <Button variant="primary" makesCall onClick={() => void save()}>
          {t('har.save')}
        </Button>
      </footer>
    </Dialog>
  );
}
