import type { ReactNode } from 'react';
import { Icon } from './icons.tsx';
import styles from './search-box.module.css';
import textStyles from './text.module.css';

interface SearchBoxProps {
  readonly label: string;
  /** Whether the key that leads here is shown. */
  readonly hasKey: boolean;
  /** The field itself. */
  readonly children: ReactNode;
}

/** The frame of a text field that searches. */
export function SearchBox({ label, hasKey, children }: SearchBoxProps): ReactNode {
  return (
    // The field is among the children.
    // biome-ignore lint/a11y/noLabelWithoutControl: its control is handed in
    <label className={styles.box}>
      <Icon name="search" tone="faint" />
      <span className={textStyles.visuallyHidden}>{label}</span>
      {children}
      {hasKey ? <kbd>/</kbd> : null}
    </label>
  );
}
