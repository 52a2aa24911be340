import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { rowsOfKey } from '../lib/list-steps.ts';
import type { VirtualRows } from './virtual-list.tsx';

interface CursorOptions {
  readonly count: number;
  readonly rows: VirtualRows;
  /** What a row is, where rows come and go above it: the cursor stays on it. */
  readonly idOf?: (index: number) => string | undefined;
  /** The row that the cursor begins on, as it was left. */
  readonly startId?: string | null;
  /** Enter at the cursor. */
  readonly onOpen: (index: number) => void;
  /** The cursor has moved. */
  readonly onMove?: (index: number) => void;
  /** Esc; false where there was nothing to close, so that somebody else may take it. */
  readonly onClose?: () => boolean;
}

interface ListCursor {
  readonly at: number;
  readonly moveTo: (index: number) => void;
  readonly elementId: (index: number) => string;
  /** What makes a table a grid with a cursor, as the ARIA pattern has it: one stop for Tab, arrows within. */
  readonly grid: {
    readonly role: 'grid';
    readonly tabIndex: 0;
    readonly 'aria-rowcount': number;
    readonly 'aria-activedescendant': string | undefined;
    readonly onKeyDown: (event: KeyboardEvent) => void;
  };
}

interface Wish {
  readonly index: number;
  readonly id: string | undefined;
}

/** Where what the cursor was put on is now; where it was, once that is gone. */
function placeOf({ index, id }: Wish, count: number, idOf: CursorOptions['idOf']): number {
  const known = Math.max(0, Math.min(index, count - 1));
  if (id === undefined || idOf === undefined || idOf(known) === id) return known;
  for (let place = 0; place < count; place += 1) if (idOf(place) === id) return place;
  return known;
}

/** The cursor of a virtual list, moved by the keyboard. */
export function useListCursor(options: CursorOptions): ListCursor {
  const { count, rows, idOf, startId = null, onOpen, onMove, onClose } = options;
  const { firstIndex, lastIndex, scrollToIndex, sight } = rows;
  const baseId = useId();
  const [wished, setWished] = useState<Wish>({ index: 0, id: startId ?? undefined });
  const at = placeOf(wished, count, idOf);
  const moveTo = (index: number): void => setWished({ index, id: idOf?.(index) });
  const start = useRef(at);
  useEffect(() => {
    if (start.current > 0) scrollToIndex(start.current);
  }, [scrollToIndex]);
  const elementId = (index: number): string => `${baseId}-${index}`;
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || count === 0) return;
    const step = rowsOfKey(event, sight.rows - 2, true);
    if (step !== null) {
      const next = Math.min(count - 1, Math.max(0, at + step));
      moveTo(next);
      // Follows the keyboard, not the rows that come above.
      scrollToIndex(next);
      onMove?.(next);
    } else if (event.key === 'Enter') onOpen(at);
    else if (event.key !== 'Escape' || onClose?.() !== true) return;
    event.preventDefault();
    // Others on the page may have the same keys.
    event.stopPropagation();
  };
  return {
    at,
    moveTo,
    elementId,
    grid: {
      role: 'grid',
      tabIndex: 0,
      'aria-rowcount': count + 1,
      'aria-activedescendant': at >= firstIndex && at <= lastIndex ? elementId(at) : undefined,
      onKeyDown,
    },
  };
}
