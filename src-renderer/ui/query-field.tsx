import { type KeyboardEvent, type ReactNode, type RefObject, useId, useLayoutEffect, useRef, useState } from 'react';
import type { QueryField as Field } from '../../src-main/shared/query-fields.ts';
import { maxQueryChars } from '../../src-main/shared/query-parse.ts';
import { type Completion, completed, completions } from '../lib/query-edit.ts';
import { useWords } from '../stores/stores.ts';
import styles from './query-field.module.css';
import { SearchBox } from './search-box.tsx';
import { TextField } from './text-field.tsx';

interface QueryFieldProps {
  readonly query: string;
  readonly onChange: (query: string | undefined) => void;
  /** What is offered after a field. */
  readonly valuesOf: (field: Field) => readonly string[];
  readonly inputRef: RefObject<HTMLInputElement | null> | undefined;
}

/** A query of turns as it is typed, with completion: arrows choose, Enter or Tab take, Esc puts the list away. */
export function QueryField({ query, onChange, valuesOf, inputRef }: QueryFieldProps): ReactNode {
  const { t } = useWords();
  const own = useRef<HTMLInputElement>(null);
  const input = inputRef ?? own;
  const listId = useId();
  const [offered, setOffered] = useState<readonly Completion[]>([]);
  const [chosen, setChosen] = useState(-1);
  const caret = useRef<number | null>(null);
  // The caret stands after what was put in, not at the end of the text.
  useLayoutEffect(() => {
    if (caret.current === null) return;
    input.current?.setSelectionRange(caret.current, caret.current);
    caret.current = null;
  });
  const offer = (text: string, at: number): void => {
    setOffered(completions(text, at, valuesOf));
    setChosen(-1);
  };
  const close = (): void => offer('', 0);
  const take = (completion: Completion): void => {
    const next = completed(query, completion);
    caret.current = next.caret;
    onChange(next.text);
    offer(next.text, next.caret);
    input.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (offered.length === 0) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const completion = offered[event.key === 'Tab' && chosen < 0 ? 0 : chosen];
    if (step !== undefined) {
      setChosen((chosen + step + offered.length + (chosen < 0 && step < 0 ? 1 : 0)) % offered.length);
    } else if (event.key === 'Escape') close();
    else if ((event.key === 'Enter' || (event.key === 'Tab' && !event.shiftKey)) && completion !== undefined) {
      // Tab takes only what begins to be typed as a field; elsewhere it leaves the field.
      if (event.key === 'Tab' && chosen < 0) return;
      take(completion);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const active = chosen < 0 ? undefined : `${listId}-${chosen}`;
  return (
    <div className={styles.place}>
      <SearchBox label={t('query.label')} hasKey={query === '' && inputRef !== undefined}>
        <TextField
          look="bare"
          ref={input}
          role="combobox"
          aria-expanded={offered.length > 0}
          aria-controls={listId}
          aria-activedescendant={active}
          aria-autocomplete="list"
          value={query}
          maxLength={maxQueryChars}
          placeholder={t('query.placeholder')}
          title={t('query.help')}
          onChange={({ target }) => {
            onChange(target.value === '' ? undefined : target.value);
            offer(target.value, target.selectionStart ?? target.value.length);
          }}
          onKeyDown={onKeyDown}
          onBlur={close}
        />
      </SearchBox>
      <div
        className={styles.offered}
        id={listId}
        role="listbox"
        aria-label={t('query.offered')}
        hidden={offered.length === 0}
      >
        {offered.map((completion, index) => (
          <div
            key={completion.label}
            id={`${listId}-${index}`}
            className={styles.option}
            role="option"
            tabIndex={-1}
            aria-selected={index === chosen}
            // The field must not lose the focus to what is clicked.
            onPointerDown={(event) => {
              event.preventDefault();
              take(completion);
            }}
          >
            {completion.label}
          </div>
        ))}
      </div>
    </div>
  );
}
