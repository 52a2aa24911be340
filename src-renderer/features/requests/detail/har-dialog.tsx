import { type ReactNode, useState } from 'react';
import { useActions, useStores } from '../../../stores/stores.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';

interface HarDialogProps {
  readonly id: string;
  readonly onClose: () => void;
}

/** Saves a request as a HAR file; with its bodies only if the user says so. */
export function HarDialog({ id, onClose }: HarDialogProps): ReactNode {
  const actions = useActions();
  const { toasts } = useStores();
  const [withBodies, setWithBodies] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const save = async (): Promise<void> => {
    const result = await actions.request('export.har', { ids: [id], filter: {}, limit: 1, withBodies });
    if (!result.ok) {
      setProblem(result.error.message);
      return;
    }
    download(result.value.fileName, result.value.text);
    onClose();
    toasts.getState().show('info', `${result.value.fileName} saved.`);
  };
  return (
    <Dialog title="Export as HAR" onClose={onClose}>
      <div className="dialog-body">
        <p>Headers and timings, with secrets taken out, for the network tools of any browser.</p>
        <label className="checkbox">
          <input type="checkbox" checked={withBodies} onChange={(event) => setWithBodies(event.target.checked)} />
          <span>With bodies and frames: they hold what was said to the model; look before you share the file</span>
        </label>
        {problem === null ? null : (
          <p className="bad-text" role="alert">
            {problem}
          </p>
        )}
      </div>
      <footer className="dialog-foot">
        <Button onClick={onClose}>Cancel</Button>
        <Button variant="primary" onClick={() => void save()}>
          Save the file
        </Button>
      </footer>
    </Dialog>
  );
}

function download(fileName: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  // The browser has taken the file by its next turn.
  setTimeout(() => URL.revokeObjectURL(url), 1_000);
}
