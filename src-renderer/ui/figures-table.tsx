import { type ComponentProps, type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { classNames } from '../lib/class-names.ts';
import styles from './figures.module.css';

interface FiguresTableProps extends ComponentProps<'table'> {
  /** What the table is of: its name for who does not see what stands around it. */
  readonly label: string;
}

/** A table of figures. Where it is wider than its place it scrolls there, by keys too, and the page does not. */
export function FiguresTable({ label, className, ...table }: FiguresTableProps): ReactNode {
  const scroller = useRef<HTMLDivElement>(null);
  const [isWide, setWide] = useState(false);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setWide(element.scrollWidth > element.clientWidth));
    for (const each of [element, ...element.children]) observer.observe(each);
    return () => observer.disconnect();
  }, []);
  return (
    <div
      ref={scroller}
      className={styles.tableScroll}
      // Elsewhere it would be one more stop for nothing.
      {...(isWide ? { role: 'region', 'aria-label': label, tabIndex: 0 } : {})}
    >
      <table {...table} aria-label={label} className={classNames(styles.figuresTable, className)} />
    </div>
  );
}
