import type { ReactNode, RefObject } from 'react';
import type { TraceChoices, TraceFilter } from '../../src-main/shared/trace-query.ts';
import { known } from '../lib/filter-params.ts';
import { effortLabel, statusLabels, tierLabel, transportLabels } from '../lib/trace-words.ts';
import { IconButton } from './button.tsx';
import { Icon } from './icons.tsx';
import { type Choice, MultiSelect } from './multi-select.tsx';
import { TimeSelect } from './time-select.tsx';

export type FilterField = 'text' | 'time' | 'status' | 'model' | 'tier' | 'transport' | 'account' | 'client' | 'effort';

interface TraceFilterBarProps {
  readonly filter: TraceFilter;
  readonly choices: TraceChoices;
  /** Which filters it offers, in this order. */
  readonly fields: readonly FilterField[];
  readonly onChange: (filter: TraceFilter) => void;
  readonly inputRef?: RefObject<HTMLInputElement | null>;
  /** After the filters. */
  readonly children?: ReactNode;
}

/** Whether a filter lets every turn through. */
export function isOpenFilter(filter: TraceFilter): boolean {
  return Object.values(filter).every((value) => value === undefined || value === '');
}

/** Nothing can be chosen: before the choices have come. */
export const noChoices: TraceChoices = {
  models: [],
  tiers: [],
  transports: [],
  accounts: [],
  clients: [],
  efforts: [],
};

const named = (value: string): Choice => ({ value, label: value });

/** Filters of turns, each a button with its choices. */
export function TraceFilterBar(props: TraceFilterBarProps): ReactNode {
  const { filter, fields, onChange, children } = props;
  return (
    <search className="filter-bar">
      {fields.map((field) => (
        <FilterControl key={field} field={field} {...props} />
      ))}
      {isOpenFilter(filter) ? null : <IconButton icon="close" label="Clear filters" onClick={() => onChange({})} />}
      {children}
    </search>
  );
}

interface FilterControlProps extends TraceFilterBarProps {
  readonly field: FilterField;
}

function FilterControl({ field, filter, choices, onChange, inputRef }: FilterControlProps): ReactNode {
  const change = (patch: TraceFilter): void => onChange(without({ ...filter, ...patch }));
  switch (field) {
    case 'text':
      return <TextField text={filter.text ?? ''} onChange={(text) => change({ text })} inputRef={inputRef} />;
    case 'time':
      return <TimeSelect span={filter} onChange={change} />;
    case 'status':
      return (
        <MultiSelect
          label="Status"
          choices={Object.entries(statusLabels).map(([value, label]) => ({ value, label }))}
          values={filter.status}
          onChange={(values) => change({ status: values && known(values, statusLabels) })}
        />
      );
    case 'tier':
      return (
        <MultiSelect
          label="Tier sent"
          choices={choices.tiers.map((value) => ({ value, label: tierLabel(value) }))}
          values={filter.tier}
          onChange={(values) => change({ tier: values?.slice() })}
        />
      );
    case 'transport':
      return (
        <MultiSelect
          label="Transport"
          choices={Object.entries(transportLabels).map(([value, label]) => ({ value, label }))}
          values={filter.transport}
          onChange={(values) => change({ transport: values && known(values, transportLabels) })}
        />
      );
    case 'account':
      return (
        <MultiSelect
          label="Account"
          choices={choices.accounts.map(({ id, label }) => ({ value: id, label }))}
          values={filter.account}
          onChange={(values) => change({ account: values?.slice() })}
        />
      );
    case 'effort':
      return (
        <MultiSelect
          label="Effort"
          choices={choices.efforts.map((value) => ({ value, label: effortLabel(value) }))}
          values={filter.effort}
          onChange={(values) => change({ effort: values?.slice() })}
        />
      );
    case 'model':
    case 'client': {
      const { label, list } = {
        model: { label: 'Model', list: choices.models },
        client: { label: 'Client', list: choices.clients },
      }[field];
      return (
        <MultiSelect
          label={label}
          choices={list.map(named)}
          values={filter[field]}
          onChange={(values) => change({ [field]: values?.slice() })}
        />
      );
    }
  }
}

interface TextFieldProps {
  readonly text: string;
  readonly onChange: (text: string | undefined) => void;
  readonly inputRef: RefObject<HTMLInputElement | null> | undefined;
}

function TextField({ text, onChange, inputRef }: TextFieldProps): ReactNode {
  return (
    <label className="search-field">
      <Icon name="search" />
      <span className="visually-hidden">Filter by text</span>
      <input
        ref={inputRef}
        type="text"
        value={text}
        maxLength={300}
        placeholder="Search model, client, account, id, session, error"
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => onChange(event.target.value === '' ? undefined : event.target.value)}
      />
      {text === '' && inputRef !== undefined ? <kbd>/</kbd> : null}
    </label>
  );
}

/** The same filter without members that are not set. */
function without(filter: TraceFilter): TraceFilter {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}
