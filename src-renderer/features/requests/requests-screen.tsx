import { type ReactNode, useDeferredValue, useMemo, useRef } from 'react';
import type { RequestRow } from '../../../src-main/shared/model.ts';
import { filterRows } from '../../lib/row-filter.ts';
import { useApp, useStores, useUi } from '../../stores/stores.ts';
import { useCommands } from '../shell/use-commands.ts';
import { DetailPane } from './detail/detail-pane.tsx';
import { FilterBar } from './filter-bar.tsx';
import { NoMatch, NoRequests } from './no-requests.tsx';
import { RequestList } from './request-list.tsx';
import { Splitter, usePaneWidth } from './splitter.tsx';

/** The live list, and the open request beside it. */
export function RequestsScreen(): ReactNode {
  const { ui } = useStores();
  const liveRows = useApp((state) => state.rows);
  const pausedRows = useUi((state) => state.pausedRows);
  const filter = useUi((state) => state.filter);
  const openId = useUi((state) => state.route.requestId);
  // Typing stays smooth: a render that the filter's text asks for gives way to the next key.
  const deferredFilter = useDeferredValue(filter);
  const rows = pausedRows ?? liveRows;
  const shown = useMemo(() => filterRows(rows, deferredFilter), [rows, deferredFilter]);
  const filterInput = useRef<HTMLInputElement>(null);
  const [paneWidth, setPaneWidth] = usePaneWidth();
  useListCommands(shown, filterInput);

  return (
    <div className={`requests ${openId === null ? '' : 'requests-split'}`}>
      <h1 className="visually-hidden">Requests</h1>
      <div className="requests-main">
        <FilterBar inputRef={filterInput} shown={shown.length} rows={rows} liveRows={liveRows} />
        {shown.length > 0 ? (
          <RequestList rows={shown} onOpen={ui.getState().openRequest} />
        ) : rows.length === 0 ? (
          <NoRequests />
        ) : (
          <NoMatch total={rows.length} />
        )}
      </div>
      {openId === null ? null : (
        <>
          <Splitter width={paneWidth} onWidth={setPaneWidth} />
          <DetailPane key={openId} id={openId} width={paneWidth} />
        </>
      )}
    </div>
  );
}

function useListCommands(
  shown: readonly RequestRow[],
  filterInput: { readonly current: HTMLInputElement | null },
): void {
  const { app, ui } = useStores();
  const step = (toIndex: (index: number) => number): void => {
    const index = shown.findIndex((row) => row.id === ui.getState().cursorId);
    const row = shown[Math.min(shown.length - 1, Math.max(0, toIndex(index)))];
    if (row !== undefined) ui.getState().moveCursor(row.id);
  };
  useCommands({
    next: () => step((index) => index + 1),
    previous: () => step((index) => index - 1),
    first: () => step(() => 0),
    last: () => step(() => shown.length - 1),
    open: () => {
      const { cursorId, openRequest } = ui.getState();
      const row = shown.find(({ id }) => id === cursorId) ?? shown[0];
      if (row !== undefined) openRequest(row.id);
    },
    close: () => {
      if (document.activeElement === filterInput.current) filterInput.current?.blur();
      else ui.getState().closeRequest();
    },
    'focus-filter': () => {
      filterInput.current?.focus();
      filterInput.current?.select();
    },
    'toggle-pause': () => {
      const { pausedRows, pause, resume } = ui.getState();
      if (pausedRows === null) pause(app.getState().rows);
      else resume();
    },
  });
}
