import { type ReactNode, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { RequestRow } from '../../../../src-main/shared/model.ts';
import { maxNoteChars } from '../../../../src-main/shared/store-limits.ts';
import { useActions, useWords } from '../../../stores/stores.ts';
import { Button } from '../../../ui/button.tsx';
import { SetElsewhere } from '../../../ui/set-elsewhere.tsx';
import { TextArea } from '../../../ui/text-field.tsx';
import styles from './mark-part.module.css';

interface TurnMark {
  readonly starred: boolean;
  readonly note: string | null;
}

/** Star and note of an ended turn. */
export function MarkPart({ row }: { readonly row: RequestRow }): ReactNode {
  const { t } = useWords();
  const actions = useActions();
  const [isWriting, setWriting] = useState(false);
  const buttons = useRef<HTMLDivElement>(null);
  const close = (): void => {
    flushSync(() => setWriting(false));
    // The field is gone; its button stands where it began.
    buttons.current?.querySelector<HTMLElement>('button:last-of-type')?.focus();
  };
  const starred = row.starred === true;
  const note = row.note ?? null;
  /** What is being written and not yet in the row: a mark is written as a whole, and would take it back. */
  const wished = useRef<TurnMark | null>(null);
  const mark = async (change: Partial<TurnMark>): Promise<boolean> => {
    const wish = { starred, note, ...wished.current, ...change };
    wished.current = wish;
    const isWritten = await actions.markTurn(row.id, wish);
    if (wished.current === wish) wished.current = null;
    return isWritten;
  };
  return (
    <div className={styles.mark}>
      <div className={styles.buttons} ref={buttons}>
        <Button
          isSmall
          makesCall
          icon={starred ? 'starred' : 'star'}
          pressed={starred}
          title={t('mark.star.hint')}
          onClick={() => void mark({ starred: !starred })}
        >
          {t('mark.star')}
        </Button>
        {isWriting ? null : (
          <Button isSmall icon="note" onClick={() => setWriting(true)}>
            {t(note === null ? 'mark.note.add' : 'mark.note.edit')}
          </Button>
        )}
      </div>
      {isWriting ? <NoteForm note={note} onClose={close} onSave={(written) => mark({ note: written })} /> : null}
      {note === null || isWriting ? null : (
        <p className={styles.note} data-words="as they came">
          {note}
        </p>
      )}
    </div>
  );
}

interface NoteFormProps {
  readonly note: string | null;
  readonly onClose: () => void;
  /** Null: there shall be none. Answers whether it was written. */
  readonly onSave: (note: string | null) => Promise<boolean>;
}

function NoteForm({ note, onClose, onSave }: NoteFormProps): ReactNode {
  const { t } = useWords();
  const [text, setText] = useState(note ?? '');
  /** What the edit began with. */
  const [base, setBase] = useState(note ?? '');
  const now = note ?? '';
  const isSetElsewhere = now !== base && now !== text.trim();
  return (
    <form
      className={styles.form}
      onSubmit={async (event) => {
        event.preventDefault();
        if (await onSave(text.trim() === '' ? null : text.trim())) onClose();
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        // Esc is for the note alone: the detail stays open.
        event.preventDefault();
        event.stopPropagation();
        onClose();
      }}
    >
      <TextArea
        look="large"
        isProse
        aria-label={t('mark.note')}
        // The person has just asked to write here.
        autoFocus
        rows={3}
        maxLength={maxNoteChars}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {isSetElsewhere ? (
        <SetElsewhere
          told={now === '' ? t('mark.note.elsewhere.empty') : t('mark.note.elsewhere', { note: now })}
          take={t('mark.note.elsewhere.take')}
          onTake={() => {
            setBase(now);
            setText(now);
          }}
        />
      ) : null}
      <div className={styles.buttons}>
        <Button isSmall isSubmit makesCall variant="primary">
          {t('mark.note.save')}
        </Button>
        <Button isSmall onClick={onClose}>
          {t('ui.cancel')}
        </Button>
      </div>
    </form>
  );
}
