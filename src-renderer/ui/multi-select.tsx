import { type ReactNode, useState } from 'react';
import { useWords } from '../stores/stores.ts';
import { CutName } from './cut-name.tsx';
import popoverStyles from './popover.module.css';
import { Popover } from './popover.tsx';
import textStyles from './text.module.css';
import { TextField } from './text-field.tsx';

interface Choice {
  readonly value: string;
  readonly label: string;
}

interface MultiSelectProps {
  /** `Model`, … */
  readonly label: string;
  readonly choices: readonly Choice[];
  /** Undefined: any. */
  readonly values: readonly string[] | undefined;
  /** Undefined when nothing is chosen any more. */
  readonly onChange: (values: readonly string[] | undefined) => void;
}

const searchFrom = 10;

/** Any of several choices; none chosen means all. */
export function MultiSelect({ label, choices, values = [], onChange }: MultiSelectProps): ReactNode {
  const { t, format } = useWords();
  const [search, setSearch] = useState('');
  // What is chosen stays in the list, even where no turn has it any more.
  const known = new Set(choices.map(({ value }) => value));
  const all = [...choices, ...values.filter((value) => !known.has(value)).map((value) => ({ value, label: value }))];
  const word = search.trim().toLowerCase();
  const shown = word === '' ? all : all.filter((choice) => choice.label.toLowerCase().includes(word));
  const toggle = (value: string): void => {
    const next = values.includes(value) ? values.filter((each) => each !== value) : [...values, value];
    onChange(next.length === 0 ? undefined : next);
  };
  const [first] = values;
  const firstLabel = all.find(({ value }) => value === first)?.label;
  return (
    <Popover
      label={
        first === undefined
          ? t('filter.any', { name: label })
          : t('filter.chosen', { name: label, count: format.count(values.length) })
      }
      isSet={first !== undefined}
      onOpen={() => setSearch('')}
      face={
        first === undefined ? (
          label
        ) : (
          <span className={popoverStyles.popoverValues}>
            <CutName name={firstLabel ?? first} />
            {values.length > 1 ? t('filter.chosen.more', { count: format.count(values.length - 1) }) : null}
          </span>
        )
      }
    >
      {(close) => (
        <>
          {all.length < searchFrom ? null : (
            <TextField
              aria-label={t('filter.search.in', { name: label })}
              placeholder={t('filter.search')}
              value={search}
              onChange={(event) => setSearch(event.target.value)}
            />
          )}
          <div className={popoverStyles.popoverList}>
            {shown.length === 0 ? (
              <p className={textStyles.faint}>{t(all.length === 0 ? 'filter.none' : 'filter.noMatch')}</p>
            ) : null}
            {shown.map(({ value, label: name }) => (
              <label key={value} className={popoverStyles.popoverChoice}>
                <input type="checkbox" checked={values.includes(value)} onChange={() => toggle(value)} />
                <CutName name={name} />
              </label>
            ))}
          </div>
          {first === undefined ? null : (
            <button
              type="button"
              className={popoverStyles.popoverClear}
              onClick={() => {
                onChange(undefined);
                close();
              }}
            >
              {t('filter.takeAny')}
            </button>
          )}
        </>
      )}
    </Popover>
  );
}
