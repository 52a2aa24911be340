import { useEffect } from 'react';

/**
 * Keeps the second click of a double click from a button that was not there for the first: what comes to stand under the
 * pointer is often its opposite, or asks whether it is meant.
 */
export function useWholeClicks(): void {
  useEffect(() => {
    let begunOn: string | null = null;
    const onClick = (event: MouseEvent): void => {
      const name = buttonName(event.target);
      if (event.detail <= 1) begunOn = name;
      else if (name !== null && name !== begunOn) {
        event.preventDefault();
        event.stopPropagation();
      }
    };
    // Before anything of the page hears of it.
    document.addEventListener('click', onClick, true);
    return () => document.removeEventListener('click', onClick, true);
  }, []);
}

/** What the button says that it does: one that changes its words is another one to who clicks it. */
function buttonName(target: EventTarget | null): string | null {
  const button = target instanceof Element ? target.closest('button') : null;
  return button === null ? null : (button.ariaLabel ?? button.textContent);
}
