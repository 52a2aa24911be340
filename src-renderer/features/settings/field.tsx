import { type ReactNode, useId } from 'react';
import fieldsStyles from '../../ui/fields.module.css';
import textStyles from '../../ui/text.module.css';
import styles from './field.module.css';

interface FieldProps {
  readonly label: string;
  readonly help: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** What is wrong with it, and how to mend it. */
  readonly problem?: string | undefined;
  readonly placeholder?: string;
  /** More than one line. */
  readonly rows?: number;
  /** For a number. */
  readonly isShort?: boolean;
}

/** A labelled text field with its help, and with its error under it. */
export function Field({
  label,
  help,
  value,
  onChange,
  problem,
  placeholder,
  rows,
  isShort = false,
}: FieldProps): ReactNode {
  const id = useId();
  const describedBy = problem === undefined ? `${id}-help` : `${id}-help ${id}-problem`;
  const common = {
    id,
    className: fieldsStyles.textField,
    value,
    placeholder,
    spellCheck: false,
    autoComplete: 'off',
    'aria-describedby': describedBy,
    'aria-invalid': problem === undefined ? undefined : true,
  };
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      {rows === undefined ? (
        <input
          {...common}
          inputMode={isShort ? 'numeric' : undefined}
          onChange={(event) => onChange(event.target.value)}
        />
      ) : (
        <textarea {...common} rows={rows} onChange={(event) => onChange(event.target.value)} />
      )}
      {problem === undefined ? null : (
        <p id={`${id}-problem`} className={textStyles.badText} role="alert">
          {problem}
        </p>
      )}
      <p id={`${id}-help`} className={textStyles.faint}>
        {help}
      </p>
    </div>
  );
}
