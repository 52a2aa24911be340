import type { ReactNode } from 'react';
import { LinkButton } from './link-button.tsx';
import textStyles from './text.module.css';

interface SetElsewhereProps {
  /** What became of it, and what saving does. */
  readonly told: string;
  /** What taking that is called. */
  readonly take: string;
  readonly onTake: () => void;
}

/** Under a draft: what is being edited was set on another page, or by a command, since the edit began. */
export function SetElsewhere({ told, take, onTake }: SetElsewhereProps): ReactNode {
  return (
    <p className={textStyles.warnText} role="status">
      {told} <LinkButton onClick={onTake}>{take}</LinkButton>
    </p>
  );
}
