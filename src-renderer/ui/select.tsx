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
  /** Shows it above the field, as text fields of a form have theirs. */
  readonly labelled?: 'above';
}

/** One of several choices. */
export function Select<T extends string>({
  label,
  value,
  options,
  onChange,
  disabled,
  isLabelShown = false,
  labelled,
}: SelectProps<T>): ReactNode {
  return (
    <label className={labelled === 'above' ? fieldsStyles.selectBelow : fieldsStyles.selectField}>
      <span className={labelClass(isLabelShown, labelled)}>{label}</span>
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

function labelClass(isShown: boolean, labelled: 'above' | undefined): string | undefined {
  if (labelled === 'above') return fieldsStyles.fieldLabel;
  return isShown ? fieldsStyles.selectLabel : textStyles.visuallyHidden;
}
