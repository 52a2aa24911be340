import { useEffect } from 'react';

/**
 * Keeps from the page what is no key pressed for it: those that an input method takes to put a word together, whose Enter ends
 * the word and whose Esc drops it, and the repeats of an Enter that is held down on a button.
 */
export function useWholeKeys(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      // Safari ends the word before its Enter comes, which then has the code of a key that was taken.
      if (event.isComposing || event.keyCode === takenKeyCode) event.stopImmediatePropagation();
      else if (event.repeat && event.key === 'Enter' && isButton(event.target)) event.preventDefault();
    };
    // Before anything of the page hears of it.
    window.addEventListener('keydown', onKeyDown, true);
    return () => window.removeEventListener('keydown', onKeyDown, true);
  }, []);
}

const takenKeyCode = 229;

const isButton = (target: EventTarget | null): boolean => target instanceof HTMLButtonElement;
