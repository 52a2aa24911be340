import {
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useDeferredValue,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from 'react';
import { visibleText } from '../../../../../src-main/shared/visible-text.ts';
import { nodeText, pathText } from '../../../../lib/json-text.ts';
import { JsonTree, previewOf, type TreeRow } from '../../../../lib/json-tree.ts';
import { rowsOfKey } from '../../../../lib/list-steps.ts';
import { useActions, useWords } from '../../../../stores/stores.ts';
import { IconButton } from '../../../../ui/button.tsx';
import { CopyButton } from '../../../../ui/copy-button.tsx';
import textStyles from '../../../../ui/text.module.css';
import { TextField } from '../../../../ui/text-field.tsx';
import { useVirtualRows } from '../../../../ui/virtual-list.tsx';
import styles from './json-view.module.css';
import { LongText } from './long-text.tsx';

const rowHeightPx = 22;
const maxPlaces = 5_000;
/** As many lines as a tree of its own is high; a part of another text is as high as it is long, up to these. */
const inlineRows = 12;

interface JsonViewProps {
  readonly text: string;
  readonly label: string;
  /** Stands within another text. */
  readonly isInline?: boolean;
}

/** A JSON text as a tree with folding and search; what is no JSON, as the text it is. */
export function JsonView({ text, label, isInline = false }: JsonViewProps): ReactNode {
  const tree = useMemo(() => new JsonTree(text), [text]);
  const actions = useActions();
  const { t } = useWords();
  if (tree.root === null) {
    return (
      <div className={styles.plain}>
        <p className={textStyles.faint}>
          {t('talk.notJson')}{' '}
          <CopyButton iconOnly label={t('talk.copyIt')} copy={() => actions.copyText(text, 'talk.text')} />
        </p>
        <LongText text={text} firstChars={20_000} isCode />
      </div>
    );
  }
  return <Tree key={text.length} tree={tree} label={label} isInline={isInline} />;
}

interface TreeProps {
  readonly tree: JsonTree;
  readonly label: string;
  readonly isInline: boolean;
}

function Tree({ tree, label, isInline }: TreeProps): ReactNode {
  const rootId = tree.root?.start ?? 0;
  const [open, setOpen] = useState<ReadonlySet<number>>(() => new Set([rootId]));
  const [cursor, setCursor] = useState(rootId);
  const treeRef = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => tree.rows(open), [tree, open]);
  const index = Math.max(
    0,
    rows.findIndex(({ id }) => id === cursor),
  );
  const virtual = useVirtualRows({ count: rows.length, rowHeightPx, headHeightPx: 0 });
  const { scroller, firstIndex, lastIndex, scrollToIndex } = virtual;
  const baseId = useId();
  useEffect(() => scrollToIndex(index), [index, scrollToIndex]);

  const fold = (row: TreeRow, isOpen: boolean): void => {
    if (!row.canOpen) return;
    const next = new Set(open);
    if (isOpen) next.add(row.id);
    else next.delete(row.id);
    setOpen(next);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const row = rows[index];
    if (row === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = rowsOfKey(event, virtual.sight.rows - 1, false);
    if (step !== null) {
      const to = rows[Math.min(rows.length - 1, Math.max(0, index + step))];
      if (to !== undefined) setCursor(to.id);
    } else if (event.key === 'ArrowRight' && row.isOpen) setCursor(rows[index + 1]?.id ?? row.id);
    else if (event.key === 'ArrowRight') fold(row, true);
    else if (event.key === 'ArrowLeft' && row.isOpen) fold(row, false);
    else if (event.key === 'ArrowLeft')
      setCursor(rows.slice(0, index).findLast(({ depth }) => depth < row.depth)?.id ?? row.id);
    else if (event.key === 'Enter' || event.key === ' ') fold(row, !row.isOpen);
    else return;
    event.preventDefault();
    // The list of requests has the same keys.
    event.stopPropagation();
  };
  const goTo = (at: number): void => {
    const found = tree.pathTo(at);
    if (found === null) return;
    setOpen(new Set([...open, ...found.open]));
    setCursor(found.node.start);
  };
  const row = rows[index];
  const isMounted = index >= firstIndex && index <= lastIndex;
  return (
    <div className={styles.json} data-place={isInline ? 'inline' : 'pane'}>
      {isInline ? null : <Search tree={tree} onGo={goTo} onLeave={() => treeRef.current?.focus()} />}
      <div
        className={styles.scroller}
        ref={scroller as RefObject<HTMLDivElement | null>}
        style={isInline ? { height: Math.min(rows.length, inlineRows) * rowHeightPx + 2 } : undefined}
      >
        <div
          ref={treeRef}
          role="tree"
          aria-label={label}
          tabIndex={0}
          aria-activedescendant={isMounted ? `${baseId}-${cursor}` : undefined}
          className={styles.tree}
          style={{ paddingTop: virtual.beforePx, paddingBottom: virtual.afterPx }}
          onKeyDown={onKeyDown}
        >
          {rows.slice(firstIndex, lastIndex + 1).map((each) => (
            <Line
              key={each.id}
              elementId={`${baseId}-${each.id}`}
              row={each}
              tree={tree}
              isAtCursor={each.id === row?.id}
              onChoose={() => {
                setCursor(each.id);
                fold(each, !each.isOpen);
              }}
            />
          ))}
        </div>
      </div>
      {row === undefined || row.isRest ? null : <Chosen key={row.id} tree={tree} row={row} />}
    </div>
  );
}

interface LineProps {
  readonly elementId: string;
  readonly row: TreeRow;
  readonly tree: JsonTree;
  readonly isAtCursor: boolean;
  readonly onChoose: () => void;
}

/** Deeper lines stand under each other: an indent without end would leave no room. */
const maxIndent = 24;

function Line({ elementId, row, tree, isAtCursor, onChoose }: LineProps): ReactNode {
  const { node, depth, name, canOpen, isOpen, isRest } = row;
  const { t, format } = useWords();
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree has the keys
    <div
      id={elementId}
      role="treeitem"
      tabIndex={-1}
      aria-level={depth + 1}
      aria-posinset={row.position}
      aria-setsize={row.siblings}
      aria-expanded={canOpen ? isOpen : undefined}
      aria-selected={isAtCursor}
      className={styles.line}
      style={{ paddingInlineStart: 6 + Math.min(depth, maxIndent) * 14 }}
      onClick={onChoose}
    >
      <span className={styles.fold} aria-hidden="true">
        {canOpen ? (isOpen ? '▾' : '▸') : ''}
      </span>
      {isRest ? (
        <span className={styles.preview}>{t('talk.tree.rest')}</span>
      ) : (
        <>
          {name === null ? null : <span className={styles.name}>{visibleText(String(name)).slice(0, 200)}</span>}
          <span className={styles.preview} data-kind={node.kind}>
            {isOpen ? (node.kind === 'array' ? '[' : '{') : visibleText(previewOf(tree.text, node))}
          </span>
          {node.isWhole ? null : <span className={styles.broken}>{t('talk.tree.cut')}</span>}
          {node.end - node.start > 400 ? (
            <span className={styles.size}>{format.bytes(node.end - node.start)}</span>
          ) : null}
        </>
      )}
    </div>
  );
}

/** The line at the cursor: its path and its value, to be copied; a long text to be read. */
function Chosen({ tree, row }: { readonly tree: JsonTree; readonly row: TreeRow }): ReactNode {
  const actions = useActions();
  const { t } = useWords();
  const path = useMemo(() => pathText(tree.pathTo(row.id)?.steps ?? []), [tree, row.id]);
  const isLong = row.node.kind === 'string' && row.node.end - row.node.start > 60;
  return (
    <section className={styles.chosen} aria-label={t('talk.chosen')}>
      <div className={styles.chosenHead}>
        <code title={path}>{path === '' ? t('talk.chosen.whole') : visibleText(path)}</code>
        <CopyButton label={t('talk.copyPath')} copy={() => actions.copyText(path, 'talk.path')} />
        <CopyButton
          label={t('talk.copyValue')}
          copy={() => actions.copyText(nodeText(tree.text, row.node), 'talk.value')}
        />
      </div>
      {isLong ? (
        <div className={styles.chosenText}>
          <LongText text={nodeText(tree.text, row.node)} firstChars={3_000} />
        </div>
      ) : null}
    </section>
  );
}

interface SearchProps {
  readonly tree: JsonTree;
  readonly onGo: (at: number) => void;
  readonly onLeave: () => void;
}

function Search({ tree, onGo, onLeave }: SearchProps): ReactNode {
  const { t, format } = useWords();
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(-1);
  const phrase = useDeferredValue(typed);
  const places = useMemo(() => (phrase === '' ? [] : tree.places(phrase, maxPlaces)), [tree, phrase]);
  const step = (by: number): void => {
    // Enter may come before what was typed last has been looked for.
    const all = phrase === typed ? places : typed === '' ? [] : tree.places(typed, maxPlaces);
    if (all.length === 0) return;
    const next = at < 0 && by < 0 ? all.length - 1 : (at + by + all.length) % all.length;
    setAt(next);
    onGo(all[next] ?? 0);
  };
  const count = format.count(places.length);
  const found = t(places.length === maxPlaces ? 'talk.search.foundMore' : 'talk.search.found', { count });
  return (
    <search className={styles.search}>
      <TextField
        look="bare"
        aria-label={t('talk.search')}
        placeholder={t('talk.search.hint')}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(-1);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') step(event.shiftKey ? -1 : 1);
          else if (event.key === 'Escape' && typed !== '') setTyped('');
          else if (event.key === 'Escape' || event.key === 'ArrowDown') onLeave();
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      <span role="status">
        {typed === ''
          ? ''
          : places.length === 0
            ? t('talk.search.none')
            : at < 0
              ? found
              : t('talk.search.at', { at: format.count(at + 1), count })}
      </span>
      <IconButton
        icon="arrowUp"
        label={t('talk.search.previous')}
        disabled={places.length === 0}
        onClick={() => step(-1)}
      />
      <IconButton
        icon="chevronDown"
        label={t('talk.search.next')}
        disabled={places.length === 0}
        onClick={() => step(1)}
      />
    </search>
  );
}
