import type { ReactNode } from 'react';
import fieldsStyles from './fields.module.css';
import styles from './select.module.css';
import textStyles from './text.module.css';

interface SelectProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly onChange: (value: T) => void;
  readonly disabled?: boolean;
  /** Shows the label before the field instead of only naming it. */
  readonly isLabelShown?: boolean;
}

/** One of several choices. */
export function Select<T extends string>({
  label,
  value,
  options,
  onChange,
  disabled,
  isLabelShown = false,
}: SelectProps<T>): ReactNode {
  return (
    <label className={fieldsStyles.selectField}>
      <span className={isLabelShown ? fieldsStyles.selectLabel : textStyles.visuallyHidden}>{label}</span>
      <select
        className={styles.select}
        value={value}
        disabled={disabled}
        onChange={(event) => {
          const chosen = options.find((option) => option.value === event.target.value);
          if (chosen !== undefined) onChange(chosen.value);
        }}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  );
}
