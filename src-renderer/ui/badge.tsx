import type { ReactNode } from 'react';

export type Tone = 'good' | 'warn' | 'bad' | 'fast' | 'accent' | 'quiet';

interface BadgeProps {
  readonly tone: Tone;
  readonly children: ReactNode;
  readonly title?: string;
}

/** A short word on a tinted ground. */
export function Badge({ tone, children, title }: BadgeProps): ReactNode {
  return (
    <span className={`badge tone-${tone}`} title={title}>
      {children}
    </span>
  );
}

/** A coloured dot beside the word it stands for; never colour alone. */
export function Dot({ tone, pulse = false }: { readonly tone: Tone; readonly pulse?: boolean }): ReactNode {
  return <span className={`dot dot-${tone}${pulse ? ' dot-pulse' : ''}`} aria-hidden="true" />;
}
