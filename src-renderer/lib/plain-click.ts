import type { MouseEvent } from 'react';

/** A click that stays in this tab; any other, as Ctrl-click, is the browser's own. */
export function isPlainClick(event: {
  readonly button: number;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}): boolean {
  return event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
}

/** A click on a line that stands for a place: opens it, with Ctrl or Cmd in another tab. A control in it has clicks of its own. */
export function clickLine(event: MouseEvent, open: () => void, address: string): void {
  if (event.target instanceof Element && event.target.closest('a, button') !== null) return;
  if (isPlainClick(event)) open();
  else if (event.ctrlKey || event.metaKey) window.open(address, '_blank', 'noopener');
}
