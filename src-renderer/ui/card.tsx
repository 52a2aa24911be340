import { type ReactNode, useId } from 'react';

interface CardProps {
  readonly title: string;
  /** Beside the title. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
  readonly className?: string;
}

/** A titled part of a screen. */
export function Card({ title, aside, children, className = '' }: CardProps): ReactNode {
  const id = useId();
  return (
    <section className={`card ${className}`} aria-labelledby={id}>
      <header className="card-head">
        <h2 id={id}>{title}</h2>
        {aside === undefined ? null : <div className="card-aside">{aside}</div>}
      </header>
      {children}
    </section>
  );
}
