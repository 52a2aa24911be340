import { Fragment, type ReactNode, type RefObject, useState } from 'react';
import { type QueryField as QueryFieldName, queryFields } from '../../src-main/shared/query-fields.ts';
import {
  filterMembers,
  type ListMember,
  type ListName,
  type OpenListName,
  openListNames,
  type TraceFilter,
} from '../../src-main/shared/trace-filter.ts';
import type { TraceChoices } from '../../src-main/shared/trace-query.ts';
import { absent } from '../../src-main/shared/turn-words.ts';
import { useAccountNames } from '../hooks/use-account-names.ts';
import { valueWord } from '../lib/filter-words.ts';
import { useWords } from '../stores/stores.ts';
import { Button, IconButton } from './button.tsx';
import { MultiSelect } from './multi-select.tsx';
import { QueryField } from './query-field.tsx';
import { TimeSelect } from './time-select.tsx';
import styles from './trace-filter-bar.module.css';

/** A list by its name; `time` is both its ends. */
export type FilterField = 'query' | 'time' | ListName;

interface TraceFilterBarProps {
  readonly filter: TraceFilter;
  /** Accounts by their labels. */
  readonly choices: TraceChoices;
  /** Which filters it offers, in this order. */
  readonly fields: readonly FilterField[];
  readonly onChange: (filter: TraceFilter) => void;
  readonly inputRef?: RefObject<HTMLInputElement | null>;
  /** Of them, those that are behind "More" where there is no room; the others are there at any width. */
  readonly lesser?: readonly FilterField[];
  /** Behind the search. */
  readonly besideSearch?: ReactNode;
  /** After the filters. */
  readonly children?: ReactNode;
}

/** Whether a filter lets every turn through. */
export function isOpenFilter(filter: TraceFilter): boolean {
  return Object.values(filter).every((value) => value === undefined || value === '');
}

/** Nothing can be chosen: before the choices have come. */
export const noChoices = Object.fromEntries(openListNames.map((name) => [name, []])) as unknown as TraceChoices;

/** Filters of turns, each a button with its choices. */
export function TraceFilterBar(props: TraceFilterBarProps): ReactNode {
  const { t } = useWords();
  const { filter, fields, lesser = [], besideSearch, onChange, children } = props;
  const [isMore, setMore] = useState(false);
  const isHidden = (field: FilterField): boolean =>
    !isMore && lesser.includes(field) && (field === 'time' || filter[field] === undefined);
  return (
    <search className={styles.filterBar}>
      {fields.map((field) => (
        <Fragment key={field}>
          <span className={isHidden(field) ? styles.lesser : styles.field}>
            <FilterControl field={field} {...props} />
          </span>
          {field === 'query' ? besideSearch : null}
        </Fragment>
      ))}
      {lesser.length === 0 ? null : (
        <span className={styles.more}>
          <Button pressed={isMore} title={t('filter.more.hint')} onClick={() => setMore(!isMore)}>
            {t('filter.more')}
          </Button>
        </span>
      )}
      {isOpenFilter(filter) ? null : <ClearButton onClear={() => onChange({})} />}
      {children}
    </search>
  );
}

/** It goes with what it clears, and leaves the focus with the first of the filters. */
function ClearButton({ onClear }: { readonly onClear: () => void }): ReactNode {
  const { t } = useWords();
  return (
    <IconButton
      icon="close"
      label={t('filter.clear')}
      onClick={() => {
        const bar = document.activeElement?.closest('search');
        onClear();
        bar?.querySelector<HTMLElement>('input, button')?.focus();
      }}
    />
  );
}

interface FilterControlProps extends TraceFilterBarProps {
  readonly field: FilterField;
}

function FilterControl({ field, filter, choices, onChange, inputRef }: FilterControlProps): ReactNode {
  const { t } = useWords();
  const accountName = useAccountNames();
  const change = (patch: TraceFilter): void => onChange(without({ ...filter, ...patch }));
  if (field === 'query')
    return (
      <QueryField
        query={filter.query ?? ''}
        onChange={(query) => change({ query })}
        valuesOf={(name) => valuesOf(name, choices)}
        inputRef={inputRef}
      />
    );
  if (field === 'time') return <TimeSelect span={filter} onChange={change} />;
  const { values }: ListMember = filterMembers[field];
  const open = values?.map((value) => ({ value, label: value })) ?? choices[field as OpenListName];
  const known =
    field === 'account' ? open.map(({ value, label }) => ({ value, label: accountName({ id: value, label }) })) : open;
  return (
    <MultiSelect
      label={t(`filter.${field}`)}
      choices={known.map(({ value, label }) => ({ value, label: valueWord(t, field, value, label) }))}
      values={filter[field]}
      onChange={(chosen) => change({ [field]: inOrder(values, chosen) })}
    />
  );
}

/** What is chosen: where all there is is known, in its order. */
function inOrder(known: readonly string[] | null, chosen: readonly string[] | undefined): string[] | undefined {
  return known === null ? chosen?.slice() : chosen && known.filter((value) => chosen.includes(value));
}

/** What a query can name after a field. */
function valuesOf(field: QueryFieldName, choices: TraceChoices): readonly string[] {
  const { values } = queryFields[field] as { readonly values?: readonly string[] | null };
  if (values) return values;
  const open = openListNames.find((name) => name === field);
  const known = open === undefined ? [] : choices[open];
  // Accounts by the label that is kept with their turns: their names on screens are found nowhere.
  return known.flatMap(({ value, label }) => (value === absent ? [] : [field === 'account' ? label : value]));
}

/** The same filter without members that are not set. */
function without(filter: TraceFilter): TraceFilter {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}
