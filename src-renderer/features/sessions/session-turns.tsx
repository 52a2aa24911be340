import { type ReactNode, useMemo } from 'react';
import type { RequestRow } from '../../../src-main/shared/model.ts';
import { visibleText } from '../../../src-main/shared/visible-text.ts';
import { useToday } from '../../hooks/use-today.ts';
import { classNames } from '../../lib/class-names.ts';
import { isPlainClick } from '../../lib/plain-click.ts';
import { formatRoute } from '../../lib/route.ts';
import { useStores, useWords } from '../../stores/stores.ts';
import { Badge } from '../../ui/badge.tsx';
import { useListCursor } from '../../ui/list-cursor.ts';
import rowTable from '../../ui/row-table.module.css';
import { StatusAndReason, TierWord, TotalTime } from '../../ui/row-words.tsx';
import { useVirtualRows, VirtualList } from '../../ui/virtual-list.tsx';
import { CachedShare } from './cached-share.tsx';
import { tierChanges } from './session-figures.ts';
import styles from './session-turns.module.css';

const rowHeightPx = 32;
const headHeightPx = 30;
const columns = [
  'time',
  'agent',
  'model',
  'tier',
  'sent',
  'input',
  'cached',
  'output',
  'first',
  'total',
  'status',
] as const;

interface SessionTurnsProps {
  /** Newest first. */
  readonly rows: readonly RequestRow[];
  readonly rootId: string;
}

/** The turns of a session; Enter or a click opens one. */
export function SessionTurns({ rows, rootId }: SessionTurnsProps): ReactNode {
  const { t } = useWords();
  const { ui } = useStores();
  const virtual = useVirtualRows({ count: rows.length, rowHeightPx, headHeightPx });
  const changed = useMemo(() => tierChanges(rows), [rows]);
  const hasAgents = rows.some(({ sessionId, agent }) => sessionId !== rootId || agent != null);
  const shown = columns.filter((column) => column !== 'agent' || hasAgents);
  const open = (index: number): void => {
    const id = rows[index]?.id;
    if (id !== undefined) ui.getState().openRequest(id);
  };
  const cursor = useListCursor({
    count: rows.length,
    rows: virtual,
    idOf: (index) => rows[index]?.id,
    onOpen: open,
  });
  return (
    <VirtualList
      rows={virtual}
      scroller={{ className: classNames(rowTable.scroller, styles.scroller) }}
      table={{ className: classNames(rowTable.table, styles.table), 'aria-label': t('session.list'), ...cursor.grid }}
      head={shown.map((column) => (
        <th key={column} scope="col" data-column={column}>
          {t(`session.col.${column}`)}
        </th>
      ))}
      row={(index) => {
        const row = rows[index];
        return row === undefined ? null : (
          <TurnRow
            key={row.id}
            row={row}
            elementId={cursor.elementId(index)}
            rowIndex={index + 2}
            isAtCursor={index === cursor.at}
            isChanged={changed.has(row.id)}
            hasAgents={hasAgents}
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

interface TurnRowProps {
  readonly row: RequestRow;
  readonly elementId: string;
  readonly rowIndex: number;
  readonly isAtCursor: boolean;
  /** Its tier is another than that of the turn before. */
  readonly isChanged: boolean;
  readonly hasAgents: boolean;
  readonly onOpen: () => void;
}

function TurnRow({ row, elementId, rowIndex, isAtCursor, isChanged, hasAgents, onOpen }: TurnRowProps): ReactNode {
  const { t, format } = useWords();
  const today = useToday();
  const { usage } = row;
  return (
    <tr
      id={elementId}
      aria-rowindex={rowIndex}
      aria-selected={isAtCursor}
      className={classNames(rowTable.row, styles.row)}
      onClick={(event) => {
        if (event.target instanceof Element && event.target.closest('button') !== null) return;
        if (isPlainClick(event)) onOpen();
        else if (event.ctrlKey || event.metaKey)
          window.open(formatRoute({ screen: 'requests', requestId: row.id, filter: {} }), '_blank', 'noopener');
      }}
    >
      <td data-column="time" title={format.instant(row.startedAt)}>
        {format.rowTime(row.startedAt, today)}
      </td>
      {hasAgents ? <td data-column="agent">{row.agent == null ? '' : visibleText(row.agent)}</td> : null}
      <td data-column="model" title={row.model}>
        {row.model}
        {row.kind === 'turn' ? null : (
          <>
            {' '}
            <Badge tone="quiet">{t(`requests.kind.${row.kind}`)}</Badge>
          </>
        )}
      </td>
      <td data-column="tier">
        <span className={rowTable.parts}>
          <TierWord row={row} />
          {isChanged ? <Badge tone="warn">{t('session.tier.changed')}</Badge> : null}
        </span>
      </td>
      <td data-column="sent">
        {row.sentAs == null ? (
          format.count(null)
        ) : (
          <span title={t('session.sent.why', { kind: row.sentAs, bytes: format.bytes(row.sentBytes ?? null) })}>
            {t(`session.sent.${row.sentAs}`)} {format.bytes(row.sentBytes ?? null)}
          </span>
        )}
      </td>
      <td data-column="input">{format.tokens(usage?.inputTokens ?? null)}</td>
      <td data-column="cached">
        <CachedShare usage={usage} />
      </td>
      <td data-column="output">{format.tokens(usage?.outputTokens ?? null)}</td>
      <td data-column="first">{format.ms(row.firstTokenMs)}</td>
      <td data-column="total">
        <TotalTime row={row} />
      </td>
      <td data-column="status">
        <StatusAndReason row={row} />
      </td>
    </tr>
  );
}
