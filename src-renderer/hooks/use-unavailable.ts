import { type FocusEvent, useState } from 'react';

interface Unavailable {
  /** It has the keyboard's focus and keeps it; it is to do nothing. */
  readonly isHeld: boolean;
  readonly props: {
    readonly disabled: boolean;
    readonly 'aria-disabled': true | undefined;
    readonly onFocus: () => void;
    readonly onBlur: (event: FocusEvent) => void;
  };
}

/** What makes a control unavailable. One that has the focus is not disabled before that has left it: the page would lose the focus. */
export function useUnavailable(isUnavailable = false): Unavailable {
  const [hasFocus, setFocus] = useState(false);
  const isHeld = isUnavailable && hasFocus;
  return {
    isHeld,
    props: {
      disabled: isUnavailable && !hasFocus,
      'aria-disabled': isHeld || undefined,
      onFocus: () => setFocus(true),
      // Where the whole window loses it, the control has it again once the window has.
      onBlur: ({ currentTarget }) => setFocus(document.activeElement === currentTarget),
    },
  };
}
