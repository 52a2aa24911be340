import { type ReactNode, useEffect, useState } from 'react';
import { Button, IconButton } from './button.tsx';

const shownMs = 1_500;

interface CopyButtonProps {
  /** Copies, and answers whether it did. */
  readonly copy: () => Promise<boolean>;
  readonly label: string;
  /** Only the icon is shown; the label stays its name. */
  readonly iconOnly?: boolean;
  readonly icon?: 'copy' | 'key';
  readonly isSmall?: boolean;
  /** What it copies is asked for first. */
  readonly makesCall?: boolean;
}

/** A button that copies something and says for a moment that it did. */
export function CopyButton({
  copy,
  label,
  iconOnly = false,
  icon = 'copy',
  isSmall = false,
  makesCall = false,
}: CopyButtonProps): ReactNode {
  const [copiedAt, setCopiedAt] = useState<number | null>(null);
  useEffect(() => {
    if (copiedAt === null) return undefined;
    const timer = setTimeout(() => setCopiedAt(null), shownMs);
    return () => clearTimeout(timer);
  }, [copiedAt]);
  const onClick = async (): Promise<void> => {
    if (await copy()) setCopiedAt(Date.now());
  };
  const shownIcon = copiedAt === null ? icon : 'check';
  if (iconOnly)
    return <IconButton icon={shownIcon} label={label} makesCall={makesCall} onClick={() => void onClick()} />;
  return (
    <Button icon={shownIcon} isSmall={isSmall} makesCall={makesCall} onClick={() => void onClick()}>
      {label}
    </Button>
  );
}
