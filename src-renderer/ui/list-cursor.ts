import { type KeyboardEvent, useEffect, useId, useState } from 'react';
import { rowsOfKey } from '../lib/list-steps.ts';
import type { VirtualRows } from './virtual-list.tsx';

interface CursorOptions {
  readonly count: number;
  readonly rows: VirtualRows;
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

/** The cursor of a virtual list, moved by the keyboard. */
export function useListCursor({ count, rows, onOpen, onMove, onClose }: CursorOptions): ListCursor {
  const { firstIndex, lastIndex, scrollToIndex, sight } = rows;
  const baseId = useId();
  const [wished, setWished] = useState(0);
  const at = Math.max(0, Math.min(wished, count - 1));
  useEffect(() => {
    if (count > 0) scrollToIndex(at);
  }, [at, count, scrollToIndex]);
  const elementId = (index: number): string => `${baseId}-${index}`;
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || count === 0) return;
    const step = rowsOfKey(event, sight.rows - 2, true);
    if (step !== null) {
      const next = Math.min(count - 1, Math.max(0, at + step));
      setWished(next);
      onMove?.(next);
    } else if (event.key === 'Enter') onOpen(at);
    else if (event.key !== 'Escape' || onClose?.() !== true) return;
    event.preventDefault();
    // Others on the page may have the same keys.
    event.stopPropagation();
  };
  return {
    at,
    moveTo: setWished,
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
