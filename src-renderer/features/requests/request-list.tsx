import { type ReactNode, type RefObject, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { RequestRow } from '../../../src-main/shared/model.ts';
import type { TraceSort } from '../../../src-main/shared/trace-sort.ts';
import { classNames } from '../../lib/class-names.ts';
import { type ColumnId, type ListLayout, nextSort } from '../../lib/list-columns.ts';
import { type HistoryList, indexOf, rowAt } from '../../stores/history-list.ts';
import { rowOf } from '../../stores/history-state.ts';
import { useApp, useHistory, useStores, useUi, useWords } from '../../stores/stores.ts';
import { Icon } from '../../ui/icons.tsx';
import rowTable from '../../ui/row-table.module.css';
import { useVirtualRows, VirtualList, type VirtualRows } from '../../ui/virtual-list.tsx';
import { ListRow, MissingRow, rowElementId } from './list-row.tsx';
import styles from './request-list.module.css';

const rowHeightPx = 32;
const headHeightPx = 30;

/** Turns that run, above those that have ended. */
interface Rows {
  readonly running: readonly RequestRow[];
  readonly ended: HistoryList;
}

/** Where a row is in the whole list; -1 where it is not here. */
export function positionOf({ running, ended }: Rows, id: string): number {
  const index = running.findIndex((row) => row.id === id);
  if (index >= 0) return index;
  const below = indexOf(ended, id);
  return below < 0 ? -1 : below + running.length;
}

interface RequestListProps {
  /** Another filter begins at the top. */
  readonly filterKey: string;
  readonly layout: ListLayout;
  readonly onLayout: (layout: ListLayout) => void;
  readonly onOpen: (id: string) => void;
  /** Told how many rows a page key moves by. */
  readonly pageRows: RefObject<number>;
}

/** The list: one stop for Tab, a cursor that the keyboard moves, and only the rows in sight in the page. */
export function RequestList({ filterKey, layout, onLayout, onOpen, pageRows }: RequestListProps): ReactNode {
  const { actions, history } = useStores();
  const isDesktop = useApp((state) => state.app?.face === 'desktop');
  const onDrag = useMemo(
    () => (isDesktop ? (id: string) => void actions.dragHar(id) : undefined),
    [actions, isDesktop],
  );
  const running = useHistory((state) => state.running);
  const ended = useHistory((state) => state.ended);
  const cursorId = useUi((state) => state.cursorId);
  const openId = useUi((state) => state.route.requestId);
  const rows: Rows = { running, ended };
  const count = running.length + ended.count;
  const { columns, sort } = layout;
  const { t } = useWords();
  // Every delta draws the list; its heads stay as they are.
  const head = useMemo(
    () =>
      columns.map((id) => (
        <ColumnHead key={id} id={id} sort={sort} onSort={(next) => onLayout({ columns, sort: next })} />
      )),
    [columns, sort, onLayout],
  );
  const virtual = useVirtualRows({ count, rowHeightPx, headHeightPx });
  const { scroller, firstIndex, lastIndex, scrollToIndex, sight } = virtual;
  useSteadyScroll(virtual, rows);
  useLayoutEffect(() => {
    if (filterKey !== null) scroller.current?.scrollTo({ top: 0 });
  }, [scroller, filterKey]);

  useEffect(() => {
    pageRows.current = Math.max(1, sight.rows - 2);
  }, [pageRows, sight.rows]);
  useEffect(() => history.getState().look(firstIndex, lastIndex), [history, firstIndex, lastIndex]);

  // Follows the keyboard, not the rows: a row that new ones push down must not drag the list along.
  useEffect(() => {
    const index = cursorId === null ? -1 : positionOf(history.getState(), cursorId);
    if (index >= 0) scrollToIndex(index);
  }, [history, cursorId, scrollToIndex]);

  const cursorIndex = cursorId === null ? -1 : positionOf(rows, cursorId);
  const isCursorMounted = cursorIndex >= firstIndex && cursorIndex <= lastIndex && cursorIndex >= 0;
  return (
    <div className={styles.listFrame}>
      <NewPill scroller={scroller} />
      <VirtualList
        rows={virtual}
        scroller={{ className: rowTable.scroller }}
        table={{
          className: classNames(rowTable.table, styles.list),
          // The ARIA pattern for a table with a cursor.
          role: 'grid',
          'aria-label': t(layout.sort === null ? 'requests.list.newest' : 'requests.list'),
          'aria-rowcount': count + 1,
          'aria-activedescendant': cursorId !== null && isCursorMounted ? rowElementId(cursorId) : undefined,
          tabIndex: 0,
        }}
        head={head}
        row={(index) => {
          const row = rowOf(rows, index);
          return row === null ? (
            <MissingRow key={index} rowIndex={index + 2} span={columns.length} />
          ) : (
            <ListRow
              key={row.id}
              row={row}
              columns={columns}
              rowIndex={index + 2}
              isAtCursor={row.id === cursorId}
              isOpen={row.id === openId}
              onOpen={onOpen}
              onDrag={onDrag}
            />
          );
        }}
      />
    </div>
  );
}

interface ColumnHeadProps {
  readonly id: ColumnId;
  readonly sort: TraceSort | null;
  readonly onSort: (sort: TraceSort | null) => void;
}

/** A click sorts by it. The menu of columns does the same for the keyboard: the list is one stop for Tab. */
function ColumnHead({ id, sort, onSort }: ColumnHeadProps): ReactNode {
  const { t } = useWords();
  const order = (sort ?? { by: 'time', order: 'down' }).by === id ? (sort?.order ?? 'down') : null;
  return (
    <th
      scope="col"
      data-column={id}
      title={t(`requests.column.${id}.hint`)}
      aria-sort={order === null ? undefined : order === 'up' ? 'ascending' : 'descending'}
    >
      <button type="button" tabIndex={-1} className={styles.head} onClick={() => onSort(nextSort(sort, id))}>
        <span>{t(`requests.column.${id}`)}</span>
        {sort === null || order === null ? null : (
          <Icon name={order === 'up' ? 'arrowUp' : 'arrowDown'} size="tiny" tone="soft" />
        )}
      </button>
    </th>
  );
}

/** How many turns have shown up above what is in sight; a click goes there. */
function NewPill({ scroller }: Pick<VirtualRows, 'scroller'>): ReactNode {
  const { history } = useStores();
  const { t, format } = useWords();
  const arrivedCount = useHistory((state) => state.arrivedCount);
  const waitingCount = useHistory((state) => state.waitingCount);
  const isSorted = useHistory((state) => state.sort !== null);
  /** How many had arrived when the list left its top; null while it is there. */
  const [seenCount, setSeenCount] = useState<number | null>(null);
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const onScroll = (): void => {
      const isAtTop = element.scrollTop < rowHeightPx;
      setSeenCount((seen) => (isAtTop ? null : (seen ?? history.getState().arrivedCount)));
    };
    onScroll();
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => element.removeEventListener('scroll', onScroll);
  }, [scroller, history]);
  // In an order of its own a turn that has ended is at no end of the list.
  const count = waitingCount + (isSorted || seenCount === null ? 0 : Math.max(0, arrivedCount - seenCount));
  if (count === 0) return null;
  return (
    <button
      type="button"
      className={styles.newPill}
      onClick={() => {
        if (isSorted) history.getState().readAgain();
        else history.getState().setPaused(false);
        scroller.current?.scrollTo({ top: 0 });
      }}
    >
      <Icon name="arrowUp" />
      {t('requests.new', { count: format.count(count) })}
    </button>
  );
}

/** Keeps what the user reads where it is while rows arrive above it; a list at its very top stays there and shows them. */
function useSteadyScroll({ sight, shift }: VirtualRows, rows: Rows): void {
  const { first, rows: inSight, isAtTop } = sight;
  const before = useRef(rows);
  useLayoutEffect(() => {
    const previous = before.current;
    before.current = rows;
    // Asking the scroller itself where it stands would have the page laid out for every delta.
    if (isAtTop) return;
    if (previous.running === rows.running && previous.ended === rows.ended) return;
    // A turn that runs moves when it ends, so one that has ended is held on to where there is one.
    for (const isEnded of [true, false]) {
      for (let index = first; index < first + inSight; index += 1) {
        const row = isEnded ? rowAt(previous.ended, index - previous.running.length) : previous.running[index];
        const now = row == null ? -1 : positionOf(rows, row.id);
        if (now < 0) continue;
        if (now !== index) shift(now - index);
        return;
      }
    }
  });
}
