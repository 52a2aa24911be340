import { Fragment, type ReactNode } from 'react';
import { nameParts } from '../../src-main/shared/account-name.ts';
import styles from './cut-name.module.css';

/** A name on one line, without the parts at its end that have no room there. */
export function CutName({ name }: { readonly name: string }): ReactNode {
  // Inline, since what stands as a block is read and copied apart.
  return (
    <span className={styles.cutName} title={name}>
      {nameParts(name).map((part) => (
        <Fragment key={part}>
          <span>{part}</span>
          <wbr />
        </Fragment>
      ))}
    </span>
  );
}
