import { Component, type ReactNode } from 'react';
import { useApp, useWords } from '../stores/stores.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';

interface BoundaryProps {
  readonly children: ReactNode;
  readonly standIn: (error: Error, tryAgain: () => void) => ReactNode;
}

/** Keeps what cannot be drawn from taking the whole page along: something else stands in for it. React has this for classes alone. */
export class Boundary extends Component<BoundaryProps, { readonly error: Error | null }> {
  static getDerivedStateFromError(thrown: unknown): { readonly error: Error } {
    return { error: thrown instanceof Error ? thrown : new Error(String(thrown)) };
  }

  override state: { readonly error: Error | null } = { error: null };

  override render(): ReactNode {
    const { error } = this.state;
    return error === null ? this.props.children : this.props.standIn(error, () => this.setState({ error: null }));
  }
}

interface BrokenPartProps {
  readonly error: Error;
  readonly tryAgain: () => void;
}

/** Says that a screen could not be shown, why, and what to do. */
export function BrokenPart({ error, tryAgain }: BrokenPartProps): ReactNode {
  const { t } = useWords();
  // The desktop's window goes nowhere, and has all files of the page with it.
  const isBrowser = useApp((state) => state.app?.face !== 'desktop');
  return (
    <EmptyState
      icon="warning"
      title={t('shell.broken')}
      actions={
        <Button variant="primary" onClick={() => (isBrowser ? location.reload() : tryAgain())}>
          {t('shell.tryAgain')}
        </Button>
      }
    >
      <p role="alert">{t('shell.broken.why')}</p>
      <p>
        <code data-words="as they came">{error.message}</code>
      </p>
    </EmptyState>
  );
}
