import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import type { RequestRow } from '../../../src-main/shared/model.ts';
import type { SessionPage, SessionSummary } from '../../../src-main/shared/session-query.ts';
import { useAnswer } from '../../hooks/use-answer.ts';
import { useSettled } from '../../hooks/use-settled.ts';
import { useToday } from '../../hooks/use-today.ts';
import { classNames } from '../../lib/class-names.ts';
import { isPlainClick } from '../../lib/plain-click.ts';
import { formatRoute } from '../../lib/route.ts';
import { useActions, useApp, useStores, useUi, useWords } from '../../stores/stores.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { useListCursor } from '../../ui/list-cursor.ts';
import rowTable from '../../ui/row-table.module.css';
import { ScreenHead } from '../../ui/screen-head.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import textStyles from '../../ui/text.module.css';
import { Unanswered } from '../../ui/unanswered.tsx';
import { useVirtualRows, VirtualList } from '../../ui/virtual-list.tsx';
import { CachedShare } from './cached-share.tsx';
import { lasted, rootOf } from './session-figures.ts';
import styles from './sessions-list.module.css';

const rowHeightPx = 34;
const headHeightPx = 30;
const pageSessions = 200;
const typingRestMs = 200;

/** Every session that is kept, the last active first. */
export function SessionsList(): ReactNode {
  const { t, format } = useWords();
  const { ui } = useStores();
  const actions = useActions();
  const text = useUi((state) => state.sessionsText);
  const { setSessionsText: setText } = ui.getState();
  const settled = useSettled(text.trim(), typingRestMs);
  const filter = settled === '' ? {} : { text: settled };
  const query = { filter, cursor: null, limit: pageSessions };
  const { answered, isCurrent, failed, readAgain } = useAnswer('sessions.query', query, { keepsLast: true });
  const generation = useApp((state) => state.generation);
  /** What was cleared, or is told by another connection, is asked for anew. */
  const search = `${generation} ${settled}`;
  /** Pages behind the first, of the search they were asked for; with the first as it was, which goes on without its end. */
  const [older, setOlder] = useState<{ readonly of: string; readonly pages: readonly SessionPage[] }>({
    of: '',
    pages: [],
  });
  const pages = useMemo(() => {
    const first = answered === null ? [] : [answered.value];
    return older.of === search ? [...first, ...older.pages] : first;
  }, [answered, older, search]);
  const sessions = useMemo(() => {
    // A session whose turn ended meanwhile is on an earlier page than it was.
    const known = new Map<string, SessionSummary>();
    for (const session of pages.flatMap((page) => page.sessions))
      if (!known.has(session.id)) known.set(session.id, session);
    return [...known.values()];
  }, [pages]);
  const next = isCurrent ? (pages.at(-1)?.next ?? null) : null;
  const showMore = async (): Promise<void> => {
    const page = await actions.ask('sessions.query', { filter, cursor: next, limit: pageSessions });
    if (page !== null)
      setOlder((before) => ({ of: search, pages: [...(before.of === search ? before.pages : pages), page] }));
  };
  return (
    <div className={styles.sessions}>
      <div className={styles.head}>
        <ScreenHead title={t('sessions.title')}>
          <span className={textStyles.faint}>
            {answered === null ? '' : t('sessions.count', { count: format.count(answered.value.total) })}
          </span>
        </ScreenHead>
        <SearchField label={t('sessions.search')} hint={t('sessions.search.hint')} text={text} onChange={setText} />
      </div>
      <Unanswered failed={failed} onAgain={readAgain} className={styles.problem} />
      {sessions.length > 0 ? (
        <Rows sessions={sessions} />
      ) : answered === null ? (
        <p className={styles.reading} role="status">
          {failed === null ? t('sessions.reading') : ''}
        </p>
      ) : settled === '' ? (
        <EmptyState
          icon="sessions"
          title={t('sessions.none')}
          actions={<Button onClick={() => ui.getState().go('clients')}>{t('sessions.none.do')}</Button>}
        >
          <p>{t('sessions.none.how')}</p>
        </EmptyState>
      ) : (
        <EmptyState
          icon="search"
          title={t('sessions.noMatch')}
          actions={<Button onClick={() => setText('')}>{t('sessions.noMatch.do')}</Button>}
        >
          <p>{t('sessions.search.hint')}</p>
        </EmptyState>
      )}
      {next === null ? null : (
        <div className={styles.foot}>
          <Button makesCall onClick={() => void showMore()}>
            {t('sessions.showMore')}
          </Button>
        </div>
      )}
    </div>
  );
}

const columns = ['last', 'client', 'model', 'turns', 'span', 'input', 'cached', 'output', 'sent', 'tiers'] as const;

function Rows({ sessions }: { readonly sessions: readonly SessionSummary[] }): ReactNode {
  const { t } = useWords();
  const { ui } = useStores();
  const live = useApp(useShallow((state) => state.rows.filter(({ status }) => status === 'running')));
  const running = useMemo(() => runningBySession(live), [live]);
  const rows = useVirtualRows({ count: sessions.length, rowHeightPx, headHeightPx });
  const open = (index: number): void => {
    const id = sessions[index]?.id;
    if (id === undefined) return;
    setLeftAt(id);
    ui.getState().openSession(id);
  };
  const { setLeftAt } = ui.getState();
  /** The session that was opened from here, for who comes back. */
  const [leftAt] = useState(() => ui.getState().leftAt);
  const table = useRef<HTMLTableElement>(null);
  useEffect(() => {
    const { activeElement } = document;
    const hasNoFocus = activeElement === document.body || activeElement === document.getElementById('main');
    if (leftAt !== null && hasNoFocus) table.current?.focus({ preventScroll: true });
  }, [leftAt]);
  const cursor = useListCursor({
    count: sessions.length,
    rows,
    idOf: (index) => sessions[index]?.id,
    startId: leftAt,
    onOpen: open,
  });
  return (
    <VirtualList
      rows={rows}
      scroller={{ className: rowTable.scroller }}
      table={{
        ref: table,
        className: classNames(rowTable.table, styles.table),
        'aria-label': t('sessions.list'),
        ...cursor.grid,
      }}
      head={columns.map((column) => (
        <th
          key={column}
          scope="col"
          data-column={column}
          title={column === 'sent' ? t('sessions.col.sent.title') : undefined}
        >
          {t(`sessions.col.${column}`)}
        </th>
      ))}
      row={(index) => {
        const session = sessions[index];
        return session === undefined ? null : (
          <Row
            key={session.id}
            elementId={cursor.elementId(index)}
            session={session}
            running={running.get(session.id) ?? 0}
            rowIndex={index + 2}
            isAtCursor={index === cursor.at}
            onOpen={() => {
              cursor.moveTo(index);
              open(index);
            }}
          />
        );
      }}
    />
  );
}

function runningBySession(rows: readonly RequestRow[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const id = rootOf(row);
    if (id !== null) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

interface RowProps {
  readonly session: SessionSummary;
  readonly elementId: string;
  readonly running: number;
  readonly rowIndex: number;
  readonly isAtCursor: boolean;
  readonly onOpen: () => void;
}

function Row({ session, elementId, running, rowIndex, isAtCursor, onOpen }: RowProps): ReactNode {
  const { t, format } = useWords();
  const { usage } = session;
  const sent = session.increments + session.fullSends;
  return (
    <tr
      id={elementId}
      aria-rowindex={rowIndex}
      aria-selected={isAtCursor}
      className={classNames(rowTable.row, styles.row)}
      onClick={(event) => {
        if (isPlainClick(event)) onOpen();
        else if (event.ctrlKey || event.metaKey)
          window.open(
            formatRoute({ screen: 'sessions', requestId: null, sessionId: session.id, filter: {} }),
            '_blank',
            'noopener',
          );
      }}
    >
      <td data-column="last" title={format.instant(session.lastAt)}>
        {format.rowTime(session.lastAt, useToday())}
      </td>
      <td data-column="client">
        <Names names={session.clients} />
      </td>
      <td data-column="model">
        <span className={rowTable.parts}>
          <Names names={session.models} />
          {running > 0 ? <Badge tone="accent">{t('sessions.running', { count: running })}</Badge> : null}
          {session.failed > 0 ? <Badge tone="bad">{t('sessions.failed', { count: session.failed })}</Badge> : null}
          {session.threads > 1 ? (
            <Badge tone="quiet">{t('sessions.agents', { count: session.threads - 1 })}</Badge>
          ) : null}
        </span>
      </td>
      <td data-column="turns">{format.count(session.turns)}</td>
      <td data-column="span">{format.ms(lasted(session))}</td>
      <td data-column="input">{format.tokens(usage.inputTokens)}</td>
      <td data-column="cached">
        <CachedShare usage={usage} />
      </td>
      <td data-column="output">{format.tokens(usage.outputTokens)}</td>
      <td data-column="sent" title={t('sessions.col.sent.title')}>
        {sent === 0 ? format.count(null) : `${format.count(session.fullSends)} / ${format.count(sent)}`}
      </td>
      <td data-column="tiers" title={session.tiers.join(', ')}>
        {session.tiers.join(', ')}
      </td>
    </tr>
  );
}

/** The first of some names, and how many more there are. */
function Names({ names }: { readonly names: readonly string[] }): ReactNode {
  const { t } = useWords();
  const [first = '', ...rest] = names;
  return (
    <span className={styles.name} title={names.join('\n')}>
      {first}
      {rest.length === 0 ? null : (
        <span className={textStyles.faint}> {t('sessions.more', { count: rest.length })}</span>
      )}
    </span>
  );
}
