import { type FocusEvent, useState } from 'react';
import { useApp } from '../stores/stores.ts';

/** Why a control may have to do nothing. */
export interface Availability {
  readonly disabled?: boolean | undefined;
  /** What it does is a call: while the connection is away, it can have nothing done. */
  readonly makesCall?: boolean | undefined;
}

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
export function useUnavailable({ disabled = false, makesCall = false }: Availability): Unavailable {
  const isAway = useApp(({ connection }) => makesCall && connection !== 'live');
  const [hasFocus, setFocus] = useState(false);
  const isUnavailable = disabled || isAway;
  const isHeld = isUnavailable && hasFocus;
  return {
    isHeld,
    props: {
      disabled: isUnavailable && !hasFocus,
      'aria-disabled': isHeld || undefined,
      onFocus: () => setFocus(true),
      // It may go from one part of the control to another; and where the whole window loses it, the control has it again once the
      // window has.
      onBlur: ({ currentTarget, relatedTarget }) =>
        setFocus(currentTarget.contains(document.activeElement) || currentTarget.contains(relatedTarget)),
    },
  };
}
