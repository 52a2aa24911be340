import type { ReactNode } from 'react';
import { classNames } from '../lib/class-names.ts';
import styles from './fact.module.css';

interface FactProps {
  readonly name: string;
  readonly children: ReactNode;
  /** Takes a line of its own. */
  readonly isWide?: boolean;
}

/** A name and its value, in a `<dl>`. */
export function Fact({ name, children, isWide = false }: FactProps): ReactNode {
  return (
    <div className={classNames(styles.fact, isWide && styles.factWide)}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
