import type { ReactNode } from 'react';
import { type Availability, useUnavailable } from '../hooks/use-unavailable.ts';
import fieldsStyles from './fields.module.css';
import styles from './select.module.css';
import textStyles from './text.module.css';

type LabelPlace = 'nowhere' | 'beside' | 'above';

const labelClasses: Readonly<Record<LabelPlace, string | undefined>> = {
  nowhere: textStyles.visuallyHidden,
  beside: fieldsStyles.selectLabel,
  above: fieldsStyles.fieldLabel,
};

interface SelectProps<T extends string> extends Availability {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly onChange: (value: T) => void;
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
  makesCall,
  labelPlace = 'nowhere',
}: SelectProps<T>): ReactNode {
  const { isHeld, props } = useUnavailable({ disabled, makesCall });
  return (
    <label className={labelPlace === 'above' ? fieldsStyles.selectBelow : fieldsStyles.selectField}>
      <span className={labelClasses[labelPlace]}>{label}</span>
      <select
        {...props}
        className={styles.select}
        value={value}
        onChange={(event) => {
          const chosen = options.find((option) => option.value === event.target.value);
          if (chosen !== undefined && !isHeld) onChange(chosen.value);
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
