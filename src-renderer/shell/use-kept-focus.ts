import { useEffect } from 'react';
import { afterVanished, drawnAnew, leavesTo, nameOfControl } from '../lib/focus-after.ts';

/**
 * Gives the focus to what stands there now when what had it has left the page, so that who goes by the keyboard is still where
 * they were. A pointer needs no such place.
 */
export function useKeptFocus(): void {
  useEffect(() => {
    let last: { readonly element: Element; readonly name: string; readonly isInMain: boolean } | null = null;
    /** Where the focus came from into the part of the page that it is in. */
    let cameFrom: Element | null = null;
    /** The dialog that was opened last, and whether nothing had the focus before: then nothing has it after. */
    let opened: { readonly dialog: Element; readonly isFromNowhere: boolean } | null = null;
    let isByKeys = false;
    const onKey = (): void => {
      isByKeys = true;
    };
    const onPointer = (): void => {
      isByKeys = false;
    };
    const onFocus = ({ target, relatedTarget }: FocusEvent): void => {
      if (!(target instanceof Element)) return;
      last = { element: target, name: nameOfControl(target), isInMain: target.closest('main') !== null };
      const dialog = target.closest('dialog');
      if (dialog !== null && dialog !== opened?.dialog) opened = { dialog, isFromNowhere: relatedTarget === null };
      if (relatedTarget instanceof Element && partOf(relatedTarget) !== partOf(target)) cameFrom = relatedTarget;
    };
    const observer = new MutationObserver((records) => {
      if (last === null || !isByKeys || last.element.isConnected || document.activeElement !== document.body) return;
      const { element, name, isInMain } = last;
      if (opened?.isFromNowhere === true && opened.dialog.contains(element) && !opened.dialog.isConnected) return;
      const record = records.find(({ removedNodes }) => [...removedNodes].some((node) => node.contains(element)));
      if (record === undefined) return;
      const next =
        drawnAnew(records, record, name) ??
        leavesTo(element) ??
        afterVanished(record, parts) ??
        (isInMain || cameFrom?.isConnected !== true ? null : cameFrom);
      const main = document.getElementById('main');
      for (const place of [next, main]) {
        if (place instanceof HTMLElement) place.focus({ preventScroll: place === main });
        if (document.activeElement !== document.body) return;
      }
    });
    document.addEventListener('keydown', onKey, true);
    document.addEventListener('pointerdown', onPointer, true);
    document.addEventListener('focusin', onFocus);
    observer.observe(document.body, { childList: true, subtree: true });
    return () => {
      document.removeEventListener('keydown', onKey, true);
      document.removeEventListener('pointerdown', onPointer, true);
      document.removeEventListener('focusin', onFocus);
      observer.disconnect();
    };
  }, []);
}

/** What is next to a part is something else: nobody who was in it wants to be there. */
const parts = 'main, nav, header, dialog, [aria-live]';
const partOf = (element: Element): Element | null => element.closest(parts);
