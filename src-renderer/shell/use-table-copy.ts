import { useEffect } from 'react';

/** What is selected in several cells of one table is copied with a line for each row, its cells apart by tabs. */
export function useTableCopy(): void {
  useEffect(() => {
    const copy = (event: ClipboardEvent): void => {
      const text = cellsOf(document.getSelection());
      if (text === null || event.clipboardData === null) return;
      event.clipboardData.setData('text/plain', text);
      event.preventDefault();
    };
    document.addEventListener('copy', copy);
    return () => document.removeEventListener('copy', copy);
  }, []);
}

/** Null where a selection is of no table, or within one cell: the browser copies that as it should. */
function cellsOf(selection: Selection | null): string | null {
  if (selection === null || selection.rangeCount === 0) return null;
  const range = selection.getRangeAt(0);
  const around = range.commonAncestorContainer;
  const table = (around instanceof Element ? around : around.parentElement)?.closest('table');
  if (table == null) return null;
  const rows = [...table.rows]
    .filter((row) => row.role !== 'presentation' && range.intersectsNode(row))
    .map((row) => [...row.cells].filter((cell) => range.intersectsNode(cell) && cell.checkVisibility()));
  if (rows.flat().length < 2) return null;
  return rows.map((cells) => cells.map((cell) => cell.innerText.replace(/\s+/g, ' ').trim()).join('\t')).join('\n');
}
