import type { ReactNode } from 'react';
import { useWords } from '../../stores/stores.ts';
import fieldsStyles from '../../ui/fields.module.css';
import styles from './har-choice.module.css';

interface HarChoiceProps {
  readonly withBodies: boolean;
  readonly onWithBodies: (withBodies: boolean) => void;
  readonly disabled?: boolean;
}

/** What goes into a HAR file, and the warning that bodies come with. */
export function HarChoice({ withBodies, onWithBodies, disabled = false }: HarChoiceProps): ReactNode {
  const { t } = useWords();
  return (
    <>
      <p>{t('har.what')}</p>
      <label className={fieldsStyles.checkbox}>
        <input
          type="checkbox"
          checked={withBodies}
          disabled={disabled}
          onChange={(event) => onWithBodies(event.target.checked)}
        />
        <span>{t('har.bodies')}</span>
      </label>
      {withBodies ? (
        <p className={styles.dialogWarning} role="note">
          {t('har.bodies.warning')}
        </p>
      ) : null}
    </>
  );
}
