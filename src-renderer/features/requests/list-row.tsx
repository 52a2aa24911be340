import { memo, type ReactNode } from 'react';
import type { RequestRow, Transport } from '../../../src-main/shared/model.ts';
import { noValue } from '../../../src-main/shared/no-value.ts';
import { useToday } from '../../hooks/use-today.ts';
import { classNames } from '../../lib/class-names.ts';
import type { ColumnId } from '../../lib/list-columns.ts';
import { clickLine } from '../../lib/plain-click.ts';
import { formatRoute } from '../../lib/route.ts';
import { useWords } from '../../stores/stores.ts';
import { CutAccountName } from '../../ui/account-name.tsx';
import { Icon } from '../../ui/icons.tsx';
import { StatusAndReason, TierWord, TotalTime } from '../../ui/row-words.tsx';
import styles from './list-row.module.css';

/** What each column shows of a row. */
const cells: { readonly [Id in ColumnId]: (row: RequestRow) => ReactNode } = {
  time: (row) => <TimeCell row={row} />,
  client: (row) => <ClientCell row={row} />,
  model: (row) => <ModelCell row={row} />,
  tier: (row) => <TierWord row={row} />,
  transport: ({ transport }) => (transport === null ? <NothingSent /> : <TransportWord transport={transport} />),
  account: ({ account }) => (account === null ? noValue : <CutAccountName account={account} />),
  first: (row) => <Span spanMs={row.firstTokenMs} />,
  total: (row) => <TotalTime row={row} />,
  status: (row) => <StatusAndReason row={row} />,
  in: ({ usage }) => <Tokens tokens={usage?.inputTokens ?? null} />,
  cached: ({ usage }) => <Tokens tokens={usage?.cachedTokens ?? null} />,
  out: ({ usage }) => <Tokens tokens={usage?.outputTokens ?? null} />,
  reasoning: ({ usage }) => <Tokens tokens={usage?.reasoningTokens ?? null} />,
  attempts: ({ attempts }) => attempts,
  project: ({ project }) => <Name text={project ?? null} />,
  key: ({ key }) => <Name text={key ?? null} />,
};

/** The element id of a row, for `aria-activedescendant`. */
export function rowElementId(id: string): string {
  return `request-${id}`;
}

function requestAddress(id: string): string {
  return formatRoute({ screen: 'requests', requestId: id, filter: {} });
}

interface ListRowProps {
  readonly row: RequestRow;
  readonly columns: readonly ColumnId[];
  readonly rowIndex: number;
  readonly isAtCursor: boolean;
  readonly isOpen: boolean;
  readonly onOpen: (id: string) => void;
  /** Drags it out of the window; absent where a page cannot. */
  readonly onDrag?: ((id: string) => void) | undefined;
}

/** One line of the list; a click opens it, as Enter does at the cursor. Memoised: most rows stay as they are. */
export const ListRow = memo(function ListRow(props: ListRowProps): ReactNode {
  const { row, columns, rowIndex, isAtCursor, isOpen, onOpen, onDrag } = props;
  return (
    <tr
      id={rowElementId(row.id)}
      aria-rowindex={rowIndex}
      aria-selected={isAtCursor}
      className={classNames(styles.listRow, isAtCursor && styles.listRowCursor, isOpen && styles.listRowOpen)}
      draggable={onDrag !== undefined}
      onDragStart={(event) => {
        event.preventDefault();
        onDrag?.(row.id);
      }}
      onClick={(event) => clickLine(event, () => onOpen(row.id), requestAddress(row.id))}
    >
      {columns.map((id) => (
        <td key={id} data-column={id}>
          {cells[id](row)}
        </td>
      ))}
    </tr>
  );
});

/** Stands where a row has not come yet. */
export function MissingRow({ rowIndex, span }: { readonly rowIndex: number; readonly span: number }): ReactNode {
  return (
    <tr className={classNames(styles.listRow, styles.listRowMissing)} aria-rowindex={rowIndex} aria-busy="true">
      <td colSpan={span}>
        <span />
      </td>
    </tr>
  );
}

function TimeCell({ row }: { readonly row: RequestRow }): ReactNode {
  const { format } = useWords();
  return <span title={format.instant(row.startedAt)}>{format.rowTime(row.startedAt, useToday())}</span>;
}

function Span({ spanMs }: { readonly spanMs: number | null }): ReactNode {
  return useWords().format.ms(spanMs);
}

function Tokens({ tokens }: { readonly tokens: number | null }): ReactNode {
  return useWords().format.tokens(tokens);
}

function Name({ text }: { readonly text: string | null }): ReactNode {
  return text === null ? noValue : <span title={text}>{text}</span>;
}

function NothingSent(): ReactNode {
  return <span title={useWords().t('requests.nothingSent')}>{noValue}</span>;
}

function TransportWord({ transport }: { readonly transport: Transport }): ReactNode {
  return useWords().t(`transport.${transport}`);
}

/** The client, and its dialect where it is not upstream's own. */
function ClientCell({ row }: { readonly row: RequestRow }): ReactNode {
  const { t } = useWords();
  return (
    <span className={styles.cellParts}>
      <span className={styles.cellName} title={row.client}>
        {row.client}
      </span>
      {row.dialect === 'responses' ? null : (
        <span data-tag className={styles.rowKind} title={t(`requests.dialect.${row.dialect}`)}>
          {row.dialect}
        </span>
      )}
    </span>
  );
}

function ModelCell({ row }: { readonly row: RequestRow }): ReactNode {
  const { t, format } = useWords();
  return (
    <span className={styles.cellParts}>
      <span className={styles.cellName} title={row.model}>
        {row.model}
      </span>
      {row.kind === 'turn' ? null : (
        <span data-tag className={styles.rowKind} title={t(`requests.kind.${row.kind}`)}>
          {t(`requests.kind.${row.kind}`)}
        </span>
      )}
      {row.attempts > 1 ? (
        <span
          data-tag
          className={classNames(styles.rowKind, styles.rowCount)}
          title={t('requests.attempts', { count: row.attempts })}
        >
          ×{format.count(row.attempts)}
        </span>
      ) : null}
      {row.starred === true ? <Icon name="starred" size="small" label={t('mark.star')} /> : null}
      {row.note === undefined ? null : <Icon name="note" size="small" label={t('mark.note')} />}
    </span>
  );
}
