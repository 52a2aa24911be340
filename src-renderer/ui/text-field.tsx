import type { ComponentProps, ReactNode } from 'react';
import { type Availability, useUnavailable } from '../hooks/use-unavailable.ts';
import styles from './text-field.module.css';

interface Typed {
  /** `code` is for what programs read, `large` for the one field of a dialog; `bare` has the look of its place. */
  readonly look?: 'code' | 'large' | 'bare';
  /** Words of a person: a browser may look after their spelling and capitals. */
  readonly isProse?: boolean;
}

/** What this part alone says of a field. */
type Said = 'className' | 'autoComplete' | 'autoCapitalize' | 'autoCorrect' | 'spellCheck';

/**
 * A line to type into. The browser fills nothing in, and keeps nothing of it: an address may have a password. Its width
 * is `--text-field-width`.
 */
export function TextField({
  look = 'code',
  isProse = false,
  disabled,
  makesCall,
  onFocus,
  onBlur,
  ...props
}: Typed & Availability & Omit<ComponentProps<'input'>, Said>): ReactNode {
  const { isHeld, props: unavailable } = useUnavailable({ disabled, makesCall });
  return (
    <input
      type="text"
      {...props}
      {...saidOf({ look, isProse })}
      {...unavailable}
      {...(isHeld ? { readOnly: true } : {})}
      onFocus={(event) => {
        unavailable.onFocus();
        onFocus?.(event);
      }}
      onBlur={(event) => {
        unavailable.onBlur(event);
        onBlur?.(event);
      }}
    />
  );
}

/** The same of several lines. */
export function TextArea({
  look = 'code',
  isProse = false,
  ...props
}: Typed & Omit<ComponentProps<'textarea'>, Said>): ReactNode {
  return <textarea {...props} {...saidOf({ look, isProse })} />;
}

function saidOf({ look, isProse }: Required<Typed>): Pick<ComponentProps<'input'>, Said> {
  return {
    className: { code: styles.code, large: styles.large, bare: styles.bare }[look],
    autoComplete: 'off',
    ...(isProse ? {} : { autoCapitalize: 'none', autoCorrect: 'off', spellCheck: false }),
  };
}
