import type { ReactNode } from 'react';
import { type SortName, sortNames } from '../../../src-main/shared/trace-sort.ts';
import { defaultColumns, type ListLayout, moved, plainSort, withColumn } from '../../lib/list-columns.ts';
import { useWords } from '../../stores/stores.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import popoverStyles from '../../ui/popover.module.css';
import { Popover } from '../../ui/popover.tsx';
import { SegmentedControl } from '../../ui/segmented-control.tsx';
import { Select } from '../../ui/select.tsx';
import styles from './columns-menu.module.css';

interface ColumnsMenuProps {
  readonly layout: ListLayout;
  readonly onChange: (layout: ListLayout) => void;
}

const orders = ['down', 'up'] as const;

/** Which columns the list has, in which order, and what it is sorted by. */
export function ColumnsMenu({ layout, onChange }: ColumnsMenuProps): ReactNode {
  const { t } = useWords();
  const { columns, sort } = layout;
  const hidden = sortNames.filter((id) => !columns.includes(id));
  const { by, order } = sort ?? { by: 'time', order: 'down' };
  const isChanged = sort !== null || columns.join() !== defaultColumns.join();
  return (
    <Popover label={t('columns.label')} face={t('columns.face')} isSet={isChanged}>
      {() => (
        <div className={styles.menu}>
          <div className={styles.sort}>
            <Select
              label={t('columns.sort')}
              labelPlace="beside"
              value={by}
              options={sortNames.map((value) => ({ value, label: t(`requests.column.${value}`) }))}
              onChange={(next: SortName) => onChange({ columns, sort: plainSort({ by: next, order }) })}
            />
            <SegmentedControl
              label={t('columns.order')}
              segments={orders.map((value) => ({ value, label: t(`columns.order.${value}`) }))}
              value={order}
              onChange={(next) => onChange({ columns, sort: plainSort({ by, order: next }) })}
            />
          </div>
          <ul className={styles.columns}>
            {[...columns, ...hidden].map((id) => (
              <ColumnLine key={id} id={id} columns={columns} onChange={(next) => onChange({ columns: next, sort })} />
            ))}
          </ul>
          <Button isSmall disabled={!isChanged} onClick={() => onChange({ columns: defaultColumns, sort: null })}>
            {t('columns.reset')}
          </Button>
        </div>
      )}
    </Popover>
  );
}

interface ColumnLineProps {
  readonly id: SortName;
  readonly columns: ListLayout['columns'];
  readonly onChange: (columns: ListLayout['columns']) => void;
}

function ColumnLine({ id, columns, onChange }: ColumnLineProps): ReactNode {
  const { t } = useWords();
  const name = t(`requests.column.${id}`);
  const place = columns.indexOf(id);
  const isShown = place >= 0;
  return (
    <li className={styles.column}>
      <label className={popoverStyles.popoverChoice}>
        <input
          type="checkbox"
          checked={isShown}
          disabled={isShown && columns.length === 1}
          onChange={() => onChange(withColumn(columns, id, !isShown))}
        />
        <span>{name}</span>
      </label>
      {isShown ? (
        <>
          <IconButton
            icon="arrowUp"
            label={t('columns.left', { name })}
            disabled={place === 0}
            onClick={() => onChange(moved(columns, id, -1))}
          />
          <IconButton
            icon="arrowDown"
            label={t('columns.right', { name })}
            disabled={place === columns.length - 1}
            onClick={() => onChange(moved(columns, id, 1))}
          />
        </>
      ) : null}
    </li>
  );
}
