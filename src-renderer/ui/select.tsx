import type { ReactNode } from 'react';
import fieldsStyles from './fields.module.css';
import styles from './select.module.css';
import textStyles from './text.module.css';

type LabelPlace = 'nowhere' | 'beside' | 'above';

const labelClasses: Readonly<Record<LabelPlace, string | undefined>> = {
  nowhere: textStyles.visuallyHidden,
  beside: fieldsStyles.selectLabel,
  above: fieldsStyles.fieldLabel,
};

interface SelectProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly onChange: (value: T) => void;
  readonly disabled?: boolean;
  /** Where the label is shown: before the field, or above it as text fields of a form have theirs. Absent: it only names it. */
  readonly labelPlace?: LabelPlace;
}

/** One of several choices. */
export function Select<T extends string>({
  label,
  value,
  options,
  onChange,
  disabled,
  labelPlace = 'nowhere',
}: SelectProps<T>): ReactNode {
  return (
    <label className={labelPlace === 'above' ? fieldsStyles.selectBelow : fieldsStyles.selectField}>
      <span className={labelClasses[labelPlace]}>{label}</span>
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
