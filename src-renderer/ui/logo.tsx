import type { ReactNode } from 'react';

/** The mark: air that flows past, and one straight fast line. */
export function Logo(): ReactNode {
  return (
    <svg className="logo" viewBox="0 0 24 24" aria-hidden="true">
      <path className="logo-air" d="M2.5 8h11.5a3 3 0 1 0-2.8-4" />
      <path className="logo-fast" d="M2.5 12.5h18" />
      <path className="logo-air" d="M2.5 17h8.5a2.7 2.7 0 1 1-2.5 3.7" />
    </svg>
  );
}
