import { useVirtualizer, type VirtualItem, type Virtualizer } from '@tanstack/react-virtual';
import type { RefObject } from 'react';

interface VirtualRows {
  /** The rows in sight and a few around them. */
  readonly items: readonly VirtualItem[];
  /** Heights of what is left out above and below, for the spacer rows. */
  readonly beforePx: number;
  readonly afterPx: number;
  readonly virtualizer: Virtualizer<HTMLDivElement, Element>;
}

interface VirtualRowsOptions {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly count: number;
  readonly rowHeightPx: number;
  /** Of the sticky header, which covers the top of the scroller. */
  readonly headHeightPx: number;
  readonly keyOf: (index: number) => string | number;
}

/** Rows of equal height for a real `<table>` in a scroller: only those in sight are in the page, spacers stand for the rest. */
export function useVirtualRows({ scroller, count, rowHeightPx, headHeightPx, keyOf }: VirtualRowsOptions): VirtualRows {
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeightPx,
    getItemKey: keyOf,
    scrollPaddingEnd: headHeightPx,
    overscan: 10,
  });
  const items = virtualizer.getVirtualItems();
  return {
    items,
    beforePx: items[0]?.start ?? 0,
    afterPx: virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0),
    virtualizer,
  };
}
