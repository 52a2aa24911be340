import {
  type ComponentProps,
  type ReactNode,
  type RefObject,
  useCallback,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import styles from './virtual-list.module.css';

interface Sight {
  readonly first: number;
  readonly rows: number;
  /** The scroller stands at its very top. */
  readonly isAtTop: boolean;
}

interface VirtualListOptions {
  readonly count: number;
  readonly rowHeightPx: number;
  /** Of the sticky header, which covers the top of the scroller. */
  readonly headHeightPx: number;
}

export interface VirtualRows {
  readonly scroller: RefObject<HTMLElement | null>;
  /** The rows in sight and a few around them; `lastIndex` is below `firstIndex` where there are none. */
  readonly firstIndex: number;
  readonly lastIndex: number;
  /** Heights of what is left out above and below. */
  readonly beforePx: number;
  readonly afterPx: number;
  /** The first row in sight, and how many are. */
  readonly sight: Sight;
  /** Moves by so many rows, before the page is painted. */
  readonly shift: (rows: number) => void;
  /** Scrolls as little as brings a row into sight. */
  readonly scrollToIndex: (index: number) => void;
}

const overscanRows = 12;

/**
 * The window of a list that may be very long and change all the time. Its rows are as high as each other, so that nothing
 * depends on how many there are.
 */
export function useVirtualRows({ count, rowHeightPx, headHeightPx }: VirtualListOptions): VirtualRows {
  const scroller = useRef<HTMLElement>(null);
  const [sight, setSight] = useState<Sight>({ first: 0, rows: 0, isAtTop: true });
  const look = useCallback(() => {
    const element = scroller.current;
    if (element === null) return;
    const first = Math.max(0, Math.floor(element.scrollTop / rowHeightPx));
    const rows = Math.ceil(element.clientHeight / rowHeightPx);
    const isAtTop = element.scrollTop === 0;
    setSight((before) =>
      before.first === first && before.rows === rows && before.isAtTop === isAtTop ? before : { first, rows, isAtTop },
    );
  }, [rowHeightPx]);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, [look]);
  const scrollToIndex = useCallback(
    (index: number): void => {
      const element = scroller.current;
      if (element === null) return;
      const topPx = index * rowHeightPx;
      const lowestPx = topPx + rowHeightPx + headHeightPx - element.clientHeight;
      if (topPx < element.scrollTop) element.scrollTop = topPx;
      else if (lowestPx > element.scrollTop) element.scrollTop = lowestPx;
      look();
    },
    [look, rowHeightPx, headHeightPx],
  );
  const first = Math.min(sight.first, Math.max(0, count - sight.rows));
  const firstIndex = Math.max(0, first - overscanRows);
  const lastIndex = Math.min(count - 1, first + sight.rows + overscanRows);
  return {
    scroller,
    firstIndex,
    lastIndex,
    beforePx: firstIndex * rowHeightPx,
    afterPx: Math.max(0, count - 1 - lastIndex) * rowHeightPx,
    sight,
    shift: (rows) => {
      const element = scroller.current;
      if (element === null) return;
      element.scrollTop += rows * rowHeightPx;
      look();
    },
    scrollToIndex,
  };
}

interface VirtualListProps {
  readonly rows: VirtualRows;
  /** The cells of the header. */
  readonly head: ReactNode;
  /** A `<tr>` with `aria-rowindex` (the header is the first) and a key of its own. */
  readonly row: (index: number) => ReactNode;
  readonly scroller: ComponentProps<'section'>;
  readonly table: ComponentProps<'table'>;
}

/** A real `<table>` in a scroller: only the rows in sight are in the page, spacers stand for the rest. */
export function VirtualList({ rows, head, row, scroller, table }: VirtualListProps): ReactNode {
  const { firstIndex, lastIndex, beforePx, afterPx } = rows;
  return (
    <section {...scroller} ref={rows.scroller}>
      <table {...table}>
        <thead>
          <tr aria-rowindex={1}>{head}</tr>
        </thead>
        <tbody>
          <Spacer heightPx={beforePx} />
          {Array.from({ length: Math.max(0, lastIndex - firstIndex + 1) }, (_, n) => row(firstIndex + n))}
          <Spacer heightPx={afterPx} />
        </tbody>
      </table>
    </section>
  );
}

/** Stands for the rows that are out of sight. */
function Spacer({ heightPx }: { readonly heightPx: number }): ReactNode {
  if (heightPx <= 0) return null;
  return (
    // biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: it is no row of the data
    <tr role="presentation" className={styles.spacerRow}>
      <td className={styles.spacer} style={{ height: heightPx }} />
    </tr>
  );
}
