import { type ReactNode, useState } from 'react';
import type { TraceFilter } from '../../../src-main/shared/trace-filter.ts';
import { formatFilter, parseFilter } from '../../lib/filter-params.ts';
import {
  maxNameChars,
  readSavedFilters,
  type SavedFilter,
  withSaved,
  writeSavedFilters,
} from '../../lib/saved-filters.ts';
import { keptInBrowser } from '../../stores/kept.ts';
import { useStores, useUi, useWords } from '../../stores/stores.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Popover } from '../../ui/popover.tsx';
import textStyles from '../../ui/text.module.css';
import { TextField } from '../../ui/text-field.tsx';
import { isOpenFilter } from '../../ui/trace-filter-bar.tsx';
import styles from './saved-filters.module.css';

/** Filters that were given a name: one click sets one. */
export function SavedFilters({ filter }: { readonly filter: TraceFilter }): ReactNode {
  const { t } = useWords();
  const [saved, setSaved] = useState<readonly SavedFilter[]>([]);
  const params = formatFilter(filter);
  const keep = (next: readonly SavedFilter[]): void => {
    setSaved(next);
    writeSavedFilters(keptInBrowser, next);
  };
  return (
    <Popover
      label={t('query.saved.label')}
      face={t('query.saved')}
      isSet={saved.some((each) => each.params === params)}
      onOpen={() => setSaved(readSavedFilters(keptInBrowser))}
    >
      {(close) => (
        <div className={styles.saved}>
          {saved.length === 0 ? <p className={textStyles.faint}>{t('query.saved.none')}</p> : null}
          <SavedList saved={saved} params={params} onForget={keep} onDone={close} />
          {isOpenFilter(filter) ? null : <NameForm onSave={(name) => keep(withSaved(saved, { name, params }))} />}
        </div>
      )}
    </Popover>
  );
}

interface SavedListProps {
  readonly saved: readonly SavedFilter[];
  readonly params: string;
  readonly onForget: (saved: readonly SavedFilter[]) => void;
  readonly onDone: () => void;
}

function SavedList({ saved, params, onForget, onDone }: SavedListProps): ReactNode {
  const { t } = useWords();
  const { ui } = useStores();
  const current = useUi((state) => formatFilter(state.route.filter));
  if (saved.length === 0) return null;
  return (
    <ul className={styles.list}>
      {saved.map((each) => (
        <li key={each.name} className={styles.item}>
          <Button
            pressed={each.params === current && each.params === params}
            onClick={() => {
              ui.getState().setFilter(parseFilter(each.params));
              onDone();
            }}
          >
            {each.name}
          </Button>
          <IconButton
            icon="cross"
            label={t('query.saved.forget', { name: each.name })}
            onClick={() => onForget(saved.filter(({ name }) => name !== each.name))}
          />
        </li>
      ))}
    </ul>
  );
}

function NameForm({ onSave }: { readonly onSave: (name: string) => void }): ReactNode {
  const { t } = useWords();
  const [name, setName] = useState('');
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() === '') return;
        onSave(name);
        setName('');
      }}
    >
      <TextField
        isProse
        aria-label={t('query.saved.name')}
        placeholder={t('query.saved.name')}
        value={name}
        maxLength={maxNameChars}
        onChange={(event) => setName(event.target.value)}
      />
      <Button isSubmit disabled={name.trim() === ''}>
        {t('query.saved.save')}
      </Button>
    </form>
  );
}
