import { type KeyboardEvent, type ReactNode, useId, useRef } from 'react';
import styles from './tabs.module.css';

interface TabsProps<T extends string> {
  readonly label: string;
  readonly tabs: readonly { readonly id: T; readonly label: string; readonly count?: number }[];
  readonly value: T;
  readonly onChange: (id: T) => void;
  /** In a card, or filling a pane of its own and scrolling there. */
  readonly place: 'card' | 'pane';
  readonly children: ReactNode;
}

/** Tabs over one panel; arrow keys move between them, as the ARIA pattern has it. */
export function Tabs<T extends string>({ label, tabs, value, onChange, place, children }: TabsProps<T>): ReactNode {
  const baseId = useId();
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent): void => {
    const at = tabs.findIndex((tab) => tab.id === value);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    // Home and End are the tabs' own here, not the list's beside them.
    event.stopPropagation();
    const index = (to + tabs.length) % tabs.length;
    const next = tabs[index];
    if (next === undefined) return;
    onChange(next.id);
    list.current?.querySelectorAll<HTMLButtonElement>('[role="tab"]')[index]?.focus();
  };
  return (
    <div className={styles.tabs} data-place={place}>
      <div className={styles.tabList} role="tablist" aria-label={label} ref={list} onKeyDown={onKeyDown}>
        {tabs.map((tab) => (
          <button
            key={tab.id}
            type="button"
            role="tab"
            id={`${baseId}-${tab.id}`}
            className={styles.tab}
            aria-selected={tab.id === value}
            aria-controls={`${baseId}-panel`}
            tabIndex={tab.id === value ? 0 : -1}
            onClick={() => onChange(tab.id)}
          >
            {tab.label}
            {tab.count === undefined ? null : <span className={styles.tabCount}>{tab.count}</span>}
          </button>
        ))}
      </div>
      <div className={styles.tabPanel} role="tabpanel" id={`${baseId}-panel`} aria-labelledby={`${baseId}-${value}`}>
        {children}
      </div>
    </div>
  );
}
