import { type ReactNode, type RefObject, useMemo, useState } from 'react';
import type { FilteredTurn } from '../../../src-main/shared/query-fields.ts';
import { fastTiers, tierIds } from '../../../src-main/shared/tiers.ts';
import {
  filterMembers,
  type ListMember,
  type OpenListName,
  type TraceFilter,
} from '../../../src-main/shared/trace-filter.ts';
import type { TraceChoices } from '../../../src-main/shared/trace-query.ts';
import { absent } from '../../../src-main/shared/turn-words.ts';
import type { Translate } from '../../../src-main/shared/words/words.ts';
import { useTraceChoices } from '../../hooks/use-trace-choices.ts';
import type { ListLayout } from '../../lib/list-columns.ts';
import { hasTerm, toggledTerm } from '../../lib/query-edit.ts';
import { useActions, useApp, useHistory, useStores, useUi, useWords } from '../../stores/stores.ts';
import { Dot } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { type FilterField, isOpenFilter, noChoices, TraceFilterBar } from '../../ui/trace-filter-bar.tsx';
import { ColumnsMenu } from './columns-menu.tsx';
import { FilteredHarDialog } from './filtered-har-dialog.tsx';
import { QueryProblems } from './query-problems.tsx';
import styles from './requests-bar.module.css';
import { SavedFilters } from './saved-filters.tsx';

const fields: readonly FilterField[] = ['query', 'time', 'status', 'model', 'tier', 'transport', 'account', 'client'];
/** The chips and the search can do what these do. */
const lesserFields: readonly FilterField[] = ['tier', 'transport'];

interface Chip {
  readonly label: string;
  readonly title: string;
  /** Of the query. */
  readonly term: string;
  /** Left out where there is no room. */
  readonly isLesser?: boolean;
}

const chipsOf = (t: Translate): readonly Chip[] => [
  { label: t('requests.chip.running'), title: t('requests.chip.running.hint'), term: 'status:running' },
  { label: t('requests.chip.failed'), title: t('requests.chip.failed.hint'), term: 'status:failed' },
  ...fastTiers.map(({ id, word }) => ({
    label: t('requests.chip.tier', { tier: word }),
    title: t('requests.chip.tier.hint', { tier: id }),
    term: `tier:${id}`,
  })),
  { label: t('requests.chip.starred'), title: t('requests.chip.starred.hint'), term: 'is:starred' },
  { label: t('requests.chip.http'), title: t('requests.chip.http.hint'), term: 'transport:http', isLesser: true },
];

interface RequestsBarProps {
  readonly inputRef: RefObject<HTMLInputElement | null>;
  readonly layout: ListLayout;
  readonly onLayout: (layout: ListLayout) => void;
}

/** What the list shows of what is kept, and how many that is. */
export function RequestsBar({ inputRef, layout, onLayout }: RequestsBarProps): ReactNode {
  const { ui } = useStores();
  const filter = useUi((state) => state.route.filter);
  const { t } = useWords();
  const actions = useActions();
  const choices = useChoices();
  const { setFilter } = ui.getState();
  return (
    <div className={styles.requestsBar} data-part="requests-bar">
      <TraceFilterBar
        filter={filter}
        choices={choices}
        fields={fields}
        lesser={lesserFields}
        inputRef={inputRef}
        besideSearch={<LiveButton />}
        onChange={setFilter}
      >
        <SavedFilters filter={filter} />
      </TraceFilterBar>
      <QueryProblems query={filter.query ?? ''} />
      <div className={styles.chips}>
        {chipsOf(t).map((chip) => (
          <QuickChip key={chip.term} chip={chip} filter={filter} />
        ))}
        <div className={styles.listTools}>
          <Count filter={filter} />
          <ColumnsMenu layout={layout} onChange={onLayout} />
          <CopyButton
            iconOnly
            label={t('requests.copyLink')}
            copy={() => actions.copyText(location.href, 'requests.copyLink.what')}
          />
          <ExportButton filter={filter} />
        </div>
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
      data-lesser={chip.isLesser}
      aria-pressed={hasTerm(before, chip.term)}
      title={chip.title}
      onClick={toggle}
    >
      {chip.label}
    </button>
  );
}

function Count({ filter }: { readonly filter: TraceFilter }): ReactNode {
  const { t, format } = useWords();
  const shown = useHistory((state) => state.running.length + state.ended.count);
  const keptTurns = useHistory((state) => state.kept?.turns ?? null);
  const runningTurns = useApp((state) => state.rows.reduce((sum, row) => sum + (row.status === 'running' ? 1 : 0), 0));
  const isAll = isOpenFilter(filter) || keptTurns === null;
  const all = Math.max(shown, (keptTurns ?? 0) + runningTurns);
  const counted = isAll ? shown : all;
  return (
    <span className={styles.filterCount} role="status" title={t('requests.count.hint')}>
      {isAll
        ? t('requests.count', { count: counted, figure: format.count(counted) })
        : t('requests.count.of', { count: counted, shown: format.count(shown), figure: format.count(counted) })}
    </span>
  );
}

function ExportButton({ filter }: { readonly filter: TraceFilter }): ReactNode {
  const { t } = useWords();
  const [isOpen, setOpen] = useState(false);
  const ended = useHistory((state) => state.ended.count);
  return (
    <>
      <Button
        icon="download"
        isSmall
        disabled={ended === 0}
        title={t(ended === 0 ? 'requests.har.none' : 'requests.har.hint')}
        onClick={() => setOpen(true)}
      >
        <span className={styles.wideOnly}>{t('requests.har')}</span>
      </Button>
      {isOpen ? <FilteredHarDialog filter={filter} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function LiveButton(): ReactNode {
  const { history } = useStores();
  const { t, format } = useWords();
  const isPaused = useHistory((state) => state.isPaused);
  const waitingCount = useHistory((state) => state.waitingCount);
  const { setPaused } = history.getState();
  if (!isPaused) {
    return (
      <Button title={t('requests.live.hint')} pressed={false} onClick={() => setPaused(true)}>
        <Dot tone="good" />
        {t('requests.live')}
      </Button>
    );
  }
  return (
    <Button title={t('requests.paused.hint')} icon="play" pressed onClick={() => setPaused(false)}>
      {waitingCount === 0 ? t('requests.paused') : t('requests.paused.new', { count: format.count(waitingCount) })}
    </Button>
  );
}

/** What is kept has these values, and what runs now. */
function useChoices(): TraceChoices {
  const kept = useTraceChoices() ?? noChoices;
  const running = useHistory((state) => state.running);
  const accounts = useApp((state) => state.accounts);
  return useMemo(() => {
    const rows: readonly FilteredTurn[] = running;
    const withRunning = (name: OpenListName, first: readonly string[] = []) => {
      const { of }: ListMember = filterMembers[name];
      const known = new Map(kept[name].map(({ value, label }) => [value, label]));
      const values = new Set([...first, ...known.keys(), ...rows.flatMap((row) => of(row) ?? [])]);
      return [...values].map((value) => ({ value, label: known.get(value) ?? value }));
    };
    const known = new Set(kept.account.map(({ value }) => value));
    return {
      ...kept,
      model: withRunning('model'),
      client: withRunning('client'),
      tier: withRunning('tier', [absent, ...tierIds]),
      account: [
        ...kept.account,
        ...accounts.filter(({ id }) => !known.has(id)).map(({ id, label }) => ({ value: id, label })),
      ],
    };
  }, [kept, running, accounts]);
}
