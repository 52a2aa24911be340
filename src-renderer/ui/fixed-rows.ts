import { type RefObject, useCallback, useLayoutEffect, useState } from 'react';

export interface Sight {
  readonly first: number;
  readonly rows: number;
  /** The scroller stands at its very top. */
  readonly isAtTop: boolean;
}

interface FixedRows {
  /** The rows in sight and a few around them; `lastIndex` is below `firstIndex` where there are none. */
  readonly firstIndex: number;
  readonly lastIndex: number;
  /** Heights of what is left out above and below, for the spacer rows. */
  readonly beforePx: number;
  readonly afterPx: number;
  /** The first row in sight, and how many are. */
  readonly sight: Sight;
  /** Moves by so many rows, before the page is painted. */
  readonly shift: (rows: number) => void;
  /** Scrolls as little as brings a row into sight. */
  readonly scrollToIndex: (index: number) => void;
}

interface FixedRowsOptions {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly count: number;
  readonly rowHeightPx: number;
  /** Of the sticky header, which covers the top of the scroller. */
  readonly headHeightPx: number;
}

const overscanRows = 12;

/**
 * The window of a list that is very long and changes all the time. `useVirtualRows` goes through every row whenever
 * their number changes; here rows are as high as each other, so that nothing depends on how many there are.
 */
export function useFixedRows({ scroller, count, rowHeightPx, headHeightPx }: FixedRowsOptions): FixedRows {
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
  }, [scroller, rowHeightPx]);
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
  }, [scroller, look]);
  const first = Math.min(sight.first, Math.max(0, count - sight.rows));
  const firstIndex = Math.max(0, first - overscanRows);
  const lastIndex = Math.min(count - 1, first + sight.rows + overscanRows);
  return {
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
    scrollToIndex: (index) => {
      const element = scroller.current;
      if (element === null) return;
      const topPx = index * rowHeightPx;
      const lowestPx = topPx + rowHeightPx + headHeightPx - element.clientHeight;
      if (topPx < element.scrollTop) element.scrollTop = topPx;
      else if (lowestPx > element.scrollTop) element.scrollTop = lowestPx;
      look();
    },
  };
}
