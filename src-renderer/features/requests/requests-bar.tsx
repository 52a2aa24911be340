import { type ReactNode, type RefObject, useMemo, useState } from 'react';
import type { FilteredTurn } from '../../../src-main/shared/query-fields.ts';
import { capital, fastTiers, tierIds } from '../../../src-main/shared/tiers.ts';
import {
  filterMembers,
  type ListMember,
  type OpenListName,
  type TraceFilter,
} from '../../../src-main/shared/trace-filter.ts';
import type { TraceChoices } from '../../../src-main/shared/trace-query.ts';
import { absent } from '../../../src-main/shared/turn-words.ts';
import { useAccountNames } from '../../hooks/use-account-names.ts';
import { useTraceChoices } from '../../hooks/use-trace-choices.ts';
import { formatCount } from '../../lib/format.ts';
import { hasTerm, toggledTerm } from '../../lib/query-edit.ts';
import { useApp, useHistory, useStores, useUi } from '../../stores/stores.ts';
import { Dot } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { type FilterField, isOpenFilter, noChoices, TraceFilterBar } from '../../ui/trace-filter-bar.tsx';
import { FilteredHarDialog } from './filtered-har-dialog.tsx';
import { QueryProblems } from './query-problems.tsx';
import styles from './requests-bar.module.css';
import { SavedFilters } from './saved-filters.tsx';

const fields: readonly FilterField[] = ['query', 'time', 'status', 'model', 'tier', 'transport', 'account', 'client'];

interface Chip {
  readonly label: string;
  readonly title: string;
  /** Of the query. */
  readonly term: string;
}

const chips: readonly Chip[] = [
  { label: 'Running', title: 'Turns that run now', term: 'status:running' },
  { label: 'Failed', title: 'Turns that failed', term: 'status:failed' },
  ...fastTiers.map(({ id, word }) => ({
    label: capital(word),
    title: `Sent with the ${id} tier`,
    term: `tier:${id}`,
  })),
  { label: 'Over HTTP', title: 'Sent upstream over HTTP', term: 'transport:http' },
];

/** What the list shows of what is kept, and how many that is. */
export function RequestsBar({ inputRef }: { readonly inputRef: RefObject<HTMLInputElement | null> }): ReactNode {
  const { ui } = useStores();
  const filter = useUi((state) => state.route.filter);
  const choices = useChoices();
  const { setFilter } = ui.getState();
  return (
    <div className={styles.requestsBar} data-part="requests-bar">
      <TraceFilterBar filter={filter} choices={choices} fields={fields} inputRef={inputRef} onChange={setFilter}>
        <SavedFilters filter={filter} />
        <span className={styles.live}>
          <LiveButton />
        </span>
      </TraceFilterBar>
      <QueryProblems query={filter.query ?? ''} />
      <div className={styles.chips}>
        {chips.map((chip) => (
          <QuickChip key={chip.label} chip={chip} filter={filter} />
        ))}
        <Count filter={filter} />
        <ExportButton filter={filter} />
      </div>
    </div>
  );
}

/** Puts a term into the query, or takes it out again. */
function QuickChip({ chip, filter }: { readonly chip: Chip; readonly filter: TraceFilter }): ReactNode {
  const { ui } = useStores();
  const { query: _before, ...others } = filter;
  const before = filter.query ?? '';
  const toggle = (): void => {
    const query = toggledTerm(before, chip.term);
    ui.getState().setFilter(query === '' ? others : { ...others, query });
  };
  return (
    <button
      type="button"
      className={styles.chip}
      aria-pressed={hasTerm(before, chip.term)}
      title={chip.title}
      onClick={toggle}
    >
      {chip.label}
    </button>
  );
}

function Count({ filter }: { readonly filter: TraceFilter }): ReactNode {
  const shown = useHistory((state) => state.running.length + state.ended.count);
  const keptTurns = useHistory((state) => state.kept?.turns ?? null);
  const runningTurns = useApp((state) => state.rows.reduce((sum, row) => sum + (row.status === 'running' ? 1 : 0), 0));
  const isAll = isOpenFilter(filter) || keptTurns === null;
  const all = Math.max(shown, (keptTurns ?? 0) + runningTurns);
  const counted = isAll ? shown : all;
  return (
    <span className={styles.filterCount} role="status">
      {isAll ? '' : `${formatCount(shown)} of `}
      {formatCount(counted)} {counted === 1 ? 'turn' : 'turns'}
    </span>
  );
}

function ExportButton({ filter }: { readonly filter: TraceFilter }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const ended = useHistory((state) => state.ended.count);
  return (
    <>
      <Button
        icon="download"
        isSmall
        disabled={ended === 0}
        title={ended === 0 ? 'No turn that has ended is shown' : 'Save the turns that are shown as a HAR file'}
        onClick={() => setOpen(true)}
      >
        Export HAR…
      </Button>
      {isOpen ? <FilteredHarDialog filter={filter} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function LiveButton(): ReactNode {
  const { history } = useStores();
  const isPaused = useHistory((state) => state.isPaused);
  const waitingCount = useHistory((state) => state.waitingCount);
  const { setPaused } = history.getState();
  if (!isPaused) {
    return (
      <Button title="Pause the list (p)" pressed={false} onClick={() => setPaused(true)}>
        <Dot tone="good" />
        Live
      </Button>
    );
  }
  return (
    <Button title="Show what arrived, and go on (p)" icon="play" pressed onClick={() => setPaused(false)}>
      Paused{waitingCount === 0 ? '' : ` · ${formatCount(waitingCount)} new`}
    </Button>
  );
}

/** What is kept has these values, and what runs now. */
function useChoices(): TraceChoices {
  const kept = useTraceChoices() ?? noChoices;
  const running = useHistory((state) => state.running);
  const accounts = useApp((state) => state.accounts);
  const nameOf = useAccountNames();
  return useMemo(() => {
    const rows: readonly FilteredTurn[] = running;
    const withRunning = (name: OpenListName, first: readonly string[] = []) => {
      const { of, labelOf }: ListMember = filterMembers[name];
      const known = new Map(kept[name].map(({ value, label }) => [value, label]));
      const values = new Set([...first, ...known.keys(), ...rows.flatMap((row) => of(row) ?? [])]);
      return [...values].map((value) => ({ value, label: known.get(value) ?? labelOf(value) }));
    };
    const known = new Set(kept.account.map(({ value }) => value));
    return {
      ...kept,
      model: withRunning('model'),
      client: withRunning('client'),
      tier: withRunning('tier', [absent, ...tierIds]),
      account: [
        ...kept.account.map(({ value, label }) => ({ value, label: nameOf({ id: value, label }) })),
        ...accounts
          .filter(({ id }) => !known.has(id))
          .map((account) => ({ value: account.id, label: nameOf(account) })),
      ],
    };
  }, [kept, running, accounts, nameOf]);
}
