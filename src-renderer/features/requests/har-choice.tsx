import type { ReactNode } from 'react';
import fieldsStyles from '../../ui/fields.module.css';
import styles from './har-choice.module.css';

interface HarChoiceProps {
  readonly withBodies: boolean;
  readonly onWithBodies: (withBodies: boolean) => void;
  readonly disabled?: boolean;
}

/** What goes into a HAR file, and the warning that bodies come with. */
export function HarChoice({ withBodies, onWithBodies, disabled = false }: HarChoiceProps): ReactNode {
  return (
    <>
      <p>Headers and timings, with secrets taken out, for the network tools of any browser.</p>
      <label className={fieldsStyles.checkbox}>
        <input
          type="checkbox"
          checked={withBodies}
          disabled={disabled}
          onChange={(event) => onWithBodies(event.target.checked)}
        />
        <span>With bodies and frames, where they are still kept</span>
      </label>
      {withBodies ? (
        <p className={styles.dialogWarning} role="note">
          Bodies hold what was said to the model and what it answered. Keys and tokens are taken out, but only you know
          what else is private: look the file through before you share it.
        </p>
      ) : null}
    </>
  );
}
