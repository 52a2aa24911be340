import { type ReactNode, type RefObject, useMemo } from 'react';
import type { RequestRow } from '../../../src-main/shared/model.ts';
import { formatCount } from '../../lib/format.ts';
import { isOpen, openFilter, type RowFilter } from '../../lib/row-filter.ts';
import { useStores, useUi } from '../../stores/stores.ts';
import { Dot } from '../../ui/badge.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { Icon } from '../../ui/icons.tsx';
import { Select } from '../../ui/select.tsx';

const statuses: readonly { readonly value: RowFilter['status']; readonly label: string }[] = [
  { value: 'any', label: 'Any status' },
  { value: 'running', label: 'Running' },
  { value: 'completed', label: 'Completed' },
  { value: 'incomplete', label: 'Incomplete' },
  { value: 'failed', label: 'Failed' },
  { value: 'cancelled', label: 'Cancelled' },
];

const tiers: readonly { readonly value: RowFilter['tier']; readonly label: string }[] = [
  { value: 'any', label: 'Any tier' },
  { value: 'priority', label: 'Priority' },
  { value: 'standard', label: 'Standard' },
  { value: 'other', label: 'Other' },
];

const transports: readonly { readonly value: RowFilter['transport']; readonly label: string }[] = [
  { value: 'any', label: 'Any transport' },
  { value: 'ws', label: 'Websocket' },
  { value: 'http', label: 'HTTP' },
];

interface FilterBarProps {
  readonly inputRef: RefObject<HTMLInputElement | null>;
  /** Rows that pass. */
  readonly shown: number;
  /** The list that is filtered: live, or as it was when paused. */
  readonly rows: readonly RequestRow[];
  readonly liveRows: readonly RequestRow[];
}

/** Filters above the list, and the switch between live and paused. */
export function FilterBar({ inputRef, shown, rows, liveRows }: FilterBarProps): ReactNode {
  const { ui } = useStores();
  const filter = useUi((state) => state.filter);
  const { setFilter } = ui.getState();
  return (
    <search className="filter-bar">
      <label className="search-field">
        <Icon name="search" />
        <span className="visually-hidden">Filter by text</span>
        <input
          ref={inputRef}
          type="text"
          value={filter.text}
          placeholder="Filter by client, model, account, id, error"
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setFilter({ text: event.target.value })}
        />
        {filter.text === '' ? <kbd>/</kbd> : null}
      </label>
      <Select label="Status" value={filter.status} options={statuses} onChange={(status) => setFilter({ status })} />
      <Select label="Tier sent" value={filter.tier} options={tiers} onChange={(tier) => setFilter({ tier })} />
      <Select
        label="Upstream transport"
        value={filter.transport}
        options={transports}
        onChange={(transport) => setFilter({ transport })}
      />
      {isOpen(filter) ? null : (
        <IconButton icon="close" label="Clear the filter" onClick={() => setFilter(openFilter)} />
      )}
      <span className="filter-count" role="status">
        {isOpen(filter) ? formatCount(shown) : `${formatCount(shown)} of ${formatCount(rows.length)}`}
        <span className="filter-count-unit"> kept</span>
      </span>
      <LiveButton liveRows={liveRows} />
    </search>
  );
}

function LiveButton({ liveRows }: { readonly liveRows: readonly RequestRow[] }): ReactNode {
  const { ui } = useStores();
  const pausedRows = useUi((state) => state.pausedRows);
  const arrived = useMemo(() => (pausedRows === null ? 0 : countNew(pausedRows, liveRows)), [pausedRows, liveRows]);
  if (pausedRows === null) {
    return (
      <Button title="Pause the list (p)" pressed={false} onClick={() => ui.getState().pause(liveRows)}>
        <Dot tone="good" />
        Live
      </Button>
    );
  }
  return (
    <Button title="Show what arrived, and go on (p)" icon="play" pressed onClick={() => ui.getState().resume()}>
      Paused{arrived === 0 ? '' : ` · ${formatCount(arrived)} new`}
    </Button>
  );
}

function countNew(pausedRows: readonly RequestRow[], liveRows: readonly RequestRow[]): number {
  const known = new Set(pausedRows.map((row) => row.id));
  return liveRows.filter((row) => !known.has(row.id)).length;
}
