import { type ReactNode, useState } from 'react';
import type { ClientView } from '../../../src-main/shared/client-model.ts';
import type { Result } from '../../../src-main/shared/result.ts';
import { useIsGone } from '../../hooks/use-is-gone.ts';
import { useWords } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import dialogStyles from '../../ui/dialog.module.css';
import { Dialog } from '../../ui/dialog.tsx';
import { ProblemText } from '../../ui/problem-text.tsx';
import { RichText } from '../../ui/rich-text.tsx';
import textStyles from '../../ui/text.module.css';

/** A change of a file that was worked out and is named by its hash. */
interface Change {
  readonly diff: string;
  readonly hash: string;
  /** Where a link leads out of the home folder; writing there takes a second yes. */
  readonly outside: string | null;
}

interface ChangeDialogProps<T extends Change> {
  readonly title: string;
  /** What was worked out; null until it has come, and where it could not be. */
  readonly change: T | null;
  readonly problem: string | null;
  readonly onReadAgain: () => void;
  /** `agreed` holds the second yes where one was given. */
  readonly write: (hash: string, agreed: { readonly mayWriteOutside?: true }) => Promise<Result<ClientView>>;
  readonly writeLabel: string;
  /** Something can be done even where nothing changes. */
  readonly mayBeEmpty?: boolean;
  readonly onClose: () => void;
  readonly onDone: (client: ClientView) => void;
  readonly children: (change: T) => ReactNode;
}

/** Shows a change of a file before it is made; makes exactly that, or nothing. */
export function ChangeDialog<T extends Change>(props: ChangeDialogProps<T>): ReactNode {
  const { t } = useWords();
  const { title, write, writeLabel, mayBeEmpty = false, onClose, onDone, children } = props;
  const [refusal, setRefusal] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const isGone = useIsGone();
  const [agreedHash, setAgreedHash] = useState<string | null>(null);
  const problem = refusal ?? props.problem;
  const change = problem === null ? props.change : null;
  const mayWriteOutside = change !== null && change.hash === agreedHash;
  const readAgain = (): void => {
    setRefusal(null);
    setAgreedHash(null);
    props.onReadAgain();
  };
  const writeNow = async (hash: string): Promise<void> => {
    setBusy(true);
    const result = await write(hash, mayWriteOutside ? { mayWriteOutside } : {});
    setBusy(false);
    if (result.ok) {
      onDone(result.value);
      // Another may be open by now.
      if (!isGone.current) onClose();
    } else {
      // What was shown is not what is there any more, or could not be written: it has to be looked at again.
      setRefusal(result.error.message);
    }
  };
  return (
    <Dialog title={title} onClose={onClose} isWide>
      <div className={dialogStyles.dialogBody}>
        <ProblemText problem={problem} />
        {change === null && problem === null ? <p role="status">{t('clients.reading')}</p> : null}
        {change === null ? null : children(change)}
        {change?.outside == null ? null : (
          <label className={textStyles.warnText}>
            <input
              type="checkbox"
              checked={mayWriteOutside}
              onChange={(event) => setAgreedHash(event.target.checked ? change.hash : null)}
            />{' '}
            <RichText id="clients.outside" with={{ place: change.outside, path: (text) => <code>{text}</code> }} />
          </label>
        )}
      </div>
      <footer className={dialogStyles.dialogFoot}>
        <Button onClick={onClose}>{t('clients.cancel')}</Button>
        {problem === null ? null : (
          <Button makesCall onClick={readAgain}>
            {t('clients.readAgain')}
          </Button>
        )}
        <Button
          variant="primary"
          makesCall
          disabled={
            change === null ||
            (change.diff === '' && !mayBeEmpty) ||
            (change.outside !== null && !mayWriteOutside) ||
            isBusy
          }
          onClick={() => {
            if (change !== null) void writeNow(change.hash);
          }}
        >
          {writeLabel}
        </Button>
      </footer>
    </Dialog>
  );
}
