import { type ReactNode, useEffect, useLayoutEffect, useRef } from 'react';
import type { RequestRow } from '../../../src-main/shared/model.ts';
import { useUi } from '../../stores/stores.ts';
import { SpacerRow } from '../../ui/spacer-row.tsx';
import { useVirtualRows } from '../../ui/virtual-rows.ts';
import { columns, ListRow, rowElementId } from './list-row.tsx';

const rowHeightPx = 32;
const headHeightPx = 30;

interface RequestListProps {
  readonly rows: readonly RequestRow[];
  readonly onOpen: (id: string) => void;
}

/** The list: one stop for Tab, a cursor that the keyboard moves, and only the rows in sight in the page. */
export function RequestList({ rows, onOpen }: RequestListProps): ReactNode {
  const scroller = useRef<HTMLDivElement>(null);
  const cursorId = useUi((state) => state.cursorId);
  const openId = useUi((state) => state.route.requestId);
  const { items, beforePx, afterPx, virtualizer } = useVirtualRows({
    scroller,
    count: rows.length,
    rowHeightPx,
    headHeightPx,
    keyOf: (index) => rows[index]?.id ?? index,
  });
  useSteadyScroll(scroller, rows);

  // Follows the keyboard, not the rows: a row that new ones push down must not drag the list along.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a moved cursor scrolls
  useEffect(() => {
    const index = rows.findIndex((row) => row.id === cursorId);
    if (index >= 0) virtualizer.scrollToIndex(index, { align: 'auto' });
  }, [cursorId]);

  const isCursorMounted = items.some((item) => item.key === cursorId);
  return (
    <div className="list-scroller" ref={scroller}>
      <table
        className="list"
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: the ARIA pattern for a table with a cursor
        role="grid"
        aria-label="Requests, newest first"
        aria-rowcount={rows.length + 1}
        aria-activedescendant={cursorId !== null && isCursorMounted ? rowElementId(cursorId) : undefined}
        tabIndex={0}
      >
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column) => (
              <th key={column.id} scope="col" className={`cell-${column.id}`} title={column.title}>
                {column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <SpacerRow heightPx={beforePx} />
          {items.map((item) => {
            const row = rows[item.index];
            return row === undefined ? null : (
              <ListRow
                key={row.id}
                row={row}
                rowIndex={item.index + 2}
                isAtCursor={row.id === cursorId}
                isOpen={row.id === openId}
                onOpen={onOpen}
              />
            );
          })}
          <SpacerRow heightPx={afterPx} />
        </tbody>
      </table>
    </div>
  );
}

/** Keeps what the user reads where it is while rows arrive above it; a list at its very top stays there and shows them. */
function useSteadyScroll(scroller: { readonly current: HTMLDivElement | null }, rows: readonly RequestRow[]): void {
  const before = useRef(rows);
  useLayoutEffect(() => {
    const element = scroller.current;
    const previous = before.current;
    before.current = rows;
    if (element === null || previous === rows || element.scrollTop === 0) return;
    const topIndex = Math.floor(element.scrollTop / rowHeightPx);
    const anchor = previous[topIndex];
    if (anchor === undefined) return;
    const index = rows.findIndex((row) => row.id === anchor.id);
    if (index >= 0 && index !== topIndex) element.scrollTop += (index - topIndex) * rowHeightPx;
  }, [scroller, rows]);
}
