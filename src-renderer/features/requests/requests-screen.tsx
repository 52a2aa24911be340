import { type ReactNode, type RefObject, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useCommands } from '../../hooks/use-commands.ts';
import { useSettled } from '../../hooks/use-settled.ts';
import { useWidth } from '../../hooks/use-width.ts';
import { classNames } from '../../lib/class-names.ts';
import { formatFilter, parseFilter } from '../../lib/filter-params.ts';
import { type ListLayout, readLayout, writeLayout } from '../../lib/list-columns.ts';
import { keptInBrowser } from '../../stores/kept.ts';
import { useHistory, useStores, useUi, useWords } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import textStyles from '../../ui/text.module.css';
import { isOpenFilter } from '../../ui/trace-filter-bar.tsx';
import { DetailPane } from './detail/detail-pane.tsx';
import { NoMatch, NoRequests } from './no-requests.tsx';
import noticeStyles from './notice.module.css';
import { positionOf, RequestList } from './request-list.tsx';
import { RequestsBar } from './requests-bar.tsx';
import styles from './requests-screen.module.css';
import { Splitter, usePaneWidth } from './splitter.tsx';
import { SetAsideNotice, StoreLine } from './store-line.tsx';

/** A filter that is being typed is asked about once the typing rests. */
const typingRestMs = 120;

/** The list of all turns that are kept, and the open one beside it. */
export function RequestsScreen(): ReactNode {
  const { history } = useStores();
  const { t } = useWords();
  const openId = useUi((state) => state.route.requestId);
  const filterInput = useRef<HTMLInputElement>(null);
  const [container, containerPx] = useWidth<HTMLDivElement>();
  const pane = usePaneWidth(containerPx);
  const filterKey = useSettled(formatFilter(useUi((state) => state.route.filter)), typingRestMs);
  const [layout, setLayout] = useState(() => readLayout(keptInBrowser));
  const { sort } = layout;
  useEffect(() => history.getState().open(parseFilter(filterKey), sort), [history, filterKey, sort]);
  const changeLayout = useCallback((next: ListLayout): void => {
    setLayout(next);
    writeLayout(keptInBrowser, next);
  }, []);
  /** What a page key moves by, as many as the list has in sight. */
  const pageRows = useRef(1);
  useListCommands(filterInput, pageRows);

  return (
    <div ref={container} className={classNames(styles.requests, openId !== null && styles.requestsSplit)}>
      <h1 className={textStyles.visuallyHidden}>{t('requests.title')}</h1>
      <div className={styles.requestsMain}>
        <RequestsBar inputRef={filterInput} layout={layout} onLayout={changeLayout} />
        <SetAsideNotice />
        <Problem />
        <ListOrNone filterKey={filterKey} layout={layout} onLayout={changeLayout} pageRows={pageRows} />
        <StoreLine />
      </div>
      {openId === null ? null : (
        <>
          <Splitter {...pane} />
          <DetailPane key={openId} id={openId} widthPx={pane.widthPx} />
        </>
      )}
    </div>
  );
}

interface ListOrNoneProps {
  readonly filterKey: string;
  readonly layout: ListLayout;
  readonly onLayout: (layout: ListLayout) => void;
  readonly pageRows: RefObject<number>;
}

function ListOrNone({ filterKey, layout, onLayout, pageRows }: ListOrNoneProps): ReactNode {
  const { ui } = useStores();
  const { t } = useWords();
  const count = useHistory((state) => state.running.length + state.ended.count);
  const keptTurns = useHistory((state) => state.kept?.turns ?? 0);
  const isRead = useHistory((state) => state.isRead);
  const hasProblem = useHistory((state) => state.problem !== null);
  const isOpen = useMemo(() => isOpenFilter(parseFilter(filterKey)), [filterKey]);
  if (count > 0) {
    const { sort } = layout;
    const key = sort === null ? filterKey : `${filterKey} ${sort.by} ${sort.order}`;
    const { openRequest } = ui.getState();
    return <RequestList filterKey={key} onOpen={openRequest} {...{ layout, onLayout, pageRows }} />;
  }
  if (!isRead) {
    return (
      <p className={styles.listLoading} role="status">
        {hasProblem ? '' : t('requests.reading')}
      </p>
    );
  }
  return <div className={styles.requestsNone}>{isOpen ? <NoRequests /> : <NoMatch total={keptTurns} />}</div>;
}

/** The store did not answer: what is shown is what the page itself has. */
function Problem(): ReactNode {
  const { history } = useStores();
  const { t } = useWords();
  const problem = useHistory((state) => state.problem);
  if (problem === null) return null;
  return (
    <div className={classNames(noticeStyles.requestsNotice, noticeStyles.requestsNoticeBad)} role="alert">
      <p>{t('requests.unread', { why: problem })}</p>
      <Button makesCall onClick={() => history.getState().readAgain()}>
        {t('shell.tryAgain')}
      </Button>
    </div>
  );
}

function useListCommands(filterInput: RefObject<HTMLInputElement | null>, pageRows: RefObject<number>): void {
  const { ui, history } = useStores();
  /** A key that is pressed while rows are on their way goes on from where the one before it leads. */
  const last = useRef(Promise.resolve());
  const inTurn = (act: () => Promise<void>): void => {
    last.current = last.current.then(act);
  };
  /** Moves the cursor; rows that are not here are fetched first. */
  const stepNow = async (toIndex: (index: number, count: number) => number): Promise<void> => {
    const row = await history.getState().fetchRow((list) => {
      const { cursorId } = ui.getState();
      const index = cursorId === null ? -1 : positionOf(list, cursorId);
      const count = list.running.length + list.ended.count;
      return Math.min(count - 1, Math.max(0, toIndex(index, count)));
    });
    if (row !== null) ui.getState().moveCursor(row.id);
  };
  const step = (toIndex: (index: number, count: number) => number): void => inTurn(() => stepNow(toIndex));
  const openChosen = async (): Promise<void> => {
    const chosen = await history.getState().fetchRow((list) => {
      const { cursorId } = ui.getState();
      return Math.max(0, cursorId === null ? -1 : positionOf(list, cursorId));
    });
    if (chosen !== null) ui.getState().openRequest(chosen.id);
  };
  useCommands({
    next: () => step((index) => index + 1),
    previous: () => step((index) => index - 1),
    'page-down': () => step((index) => index + pageRows.current),
    'page-up': () => step((index) => index - pageRows.current),
    first: () => step(() => 0),
    last: () => step((_index, count) => count - 1),
    open: () => inTurn(openChosen),
    close: () => {
      if (document.activeElement === filterInput.current) filterInput.current?.blur();
      else ui.getState().closeRequest();
    },
    'focus-filter': () => {
      filterInput.current?.focus();
      filterInput.current?.select();
    },
    'toggle-pause': () => {
      const { isPaused, setPaused } = history.getState();
      setPaused(!isPaused);
    },
  });
}
