import { useEffect, useRef } from 'react';
import { type Command, type KeyPress, latinKey, readKey } from '../lib/keys.ts';

type CommandHandlers = Partial<Record<Command, () => void>>;

/** How long the first key of a pair waits for the second. */
const pairWaitMs = 1_200;

/** Runs handlers for keyboard commands while mounted. A command without a handler stays with the browser. */
export function useCommands(handlers: CommandHandlers): void {
  const latest = useRef(handlers);
  useEffect(() => {
    latest.current = handlers;
  });
  useEffect(() => {
    let pending: string | null = null;
    let pendingAt = 0;
    const onKeyDown = (event: KeyboardEvent): void => {
      const isChord = event.altKey && event.shiftKey;
      if (event.ctrlKey || event.metaKey || (event.altKey && !isChord)) return;
      // A dialog has the keyboard to itself.
      if (document.querySelector('dialog[open]') !== null) return;
      if (event.timeStamp - pendingAt > pairWaitMs) pending = null;
      const read = readKey(pending, {
        key: isChord ? `Alt+Shift+${event.code}` : latinKey(event),
        target: targetKind(event.target),
      });
      pending = read.pending;
      pendingAt = event.timeStamp;
      const handler = read.command === null ? undefined : latest.current[read.command];
      if (handler === undefined) return;
      event.preventDefault();
      // A key that is held down walks; anything else it does once.
      if (!event.repeat || isStep(read.command)) handler();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}

const isStep = (command: Command | null): boolean => command === 'next' || command === 'previous';

function targetKind(target: EventTarget | null): KeyPress['target'] {
  if (!(target instanceof Element)) return 'page';
  // A select searches its options by typed letters, so it counts as a text field too.
  if (target.matches('textarea, select, input:not([type="radio"], [type="checkbox"]), [contenteditable]'))
    return 'text';
  // A click that sorts leaves the focus there; the keys that walk the list go on.
  if (target.matches('[role="grid"] thead button')) return 'head';
  return target.matches('button, a, input, summary, [role="tab"], [role="separator"]') ? 'control' : 'page';
}
