import { type KeyboardEvent, type ReactNode, useId, useLayoutEffect, useRef, useState } from 'react';
import { matching, type PaletteEntry } from '../lib/palette.ts';
import { useWords } from '../stores/stores.ts';
import dialogStyles from '../ui/dialog.module.css';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/text-field.tsx';
import styles from './palette.module.css';

interface PaletteProps {
  readonly entries: readonly PaletteEntry[];
  readonly onClose: () => void;
}

/** Every screen and action by its name: typing narrows, arrows choose, Enter does it, Esc gives the focus back. */
export function Palette({ entries, onClose }: PaletteProps): ReactNode {
  const { t } = useWords();
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const listId = useId();
  // After the dialog is shown, which gives the focus to its first button.
  useLayoutEffect(() => input.current?.focus(), []);
  const found = matching(entries, typed);
  const index = Math.min(chosen, found.length - 1);
  const run = (entry: PaletteEntry | undefined): void => {
    if (entry === undefined) return;
    // Closed first: what the action opens or focuses comes after.
    onClose();
    entry.run();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && found.length > 0) {
      event.preventDefault();
      setChosen((index + step + found.length) % found.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      run(found[index]);
    }
  };
  return (
    <Dialog title={t('palette.title')} onClose={onClose}>
      <div className={dialogStyles.dialogBody}>
        <TextField
          look="large"
          role="combobox"
          aria-label={t('palette.search')}
          aria-expanded="true"
          aria-controls={listId}
          aria-activedescendant={found[index] === undefined ? undefined : `${listId}-${index}`}
          placeholder={t('palette.placeholder')}
          value={typed}
          ref={input}
          onChange={(event) => {
            setTyped(event.target.value);
            setChosen(0);
          }}
          onKeyDown={onKeyDown}
        />
        <div className={styles.found} id={listId} role="listbox" aria-label={t('palette.title')}>
          {found.map((entry, position) => (
            <div
              key={entry.id ?? entry.label}
              id={`${listId}-${position}`}
              ref={position === index ? (element) => element?.scrollIntoView({ block: 'nearest' }) : null}
              className={styles.entry}
              role="option"
              tabIndex={-1}
              aria-selected={position === index}
              onClick={() => run(entry)}
              onKeyDown={onKeyDown}
            >
              <span>{entry.label}</span>
              {entry.keys === undefined ? null : <kbd>{entry.keys}</kbd>}
            </div>
          ))}
        </div>
        {found.length === 0 ? <p role="status">{t('palette.none')}</p> : null}
      </div>
    </Dialog>
  );
}
