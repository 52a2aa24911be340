import { type ReactNode, useId } from 'react';
import { useWords } from '../../stores/stores.ts';
import { SetElsewhere } from '../../ui/set-elsewhere.tsx';
import textStyles from '../../ui/text.module.css';
import { TextArea, TextField } from '../../ui/text-field.tsx';
import styles from './field.module.css';

interface FieldProps {
  readonly label: string;
  readonly help: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** What is wrong with it, and how to mend it. */
  readonly problem?: string | undefined;
  /** What it was set to elsewhere since it is being edited. */
  readonly elsewhere?: string | undefined;
  /** Takes that in place of what is typed. */
  readonly onTake?: () => void;
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
  elsewhere,
  onTake,
  placeholder,
  rows,
  isShort = false,
}: FieldProps): ReactNode {
  const { t } = useWords();
  const id = useId();
  const describedBy = problem === undefined ? `${id}-help` : `${id}-help ${id}-problem`;
  const common = {
    id,
    value,
    placeholder,
    'aria-describedby': describedBy,
    'aria-invalid': problem === undefined ? undefined : true,
  };
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      {rows === undefined ? (
        <TextField
          {...common}
          inputMode={isShort ? 'numeric' : undefined}
          onChange={(event) => onChange(event.target.value)}
        />
      ) : (
        <TextArea {...common} rows={rows} onChange={(event) => onChange(event.target.value)} />
      )}
      {problem === undefined ? null : (
        <p id={`${id}-problem`} className={textStyles.badText} role="alert">
          {problem}
        </p>
      )}
      {elsewhere === undefined ? null : (
        <SetElsewhere
          told={
            elsewhere === ''
              ? t('settings.elsewhere.empty')
              : t('settings.elsewhere', { value: elsewhere.replaceAll('\n', ' ') })
          }
          take={t('settings.elsewhere.take')}
          onTake={() => onTake?.()}
        />
      )}
      <p id={`${id}-help`} className={textStyles.faint}>
        {help}
      </p>
    </div>
  );
}
