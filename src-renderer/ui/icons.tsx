import type { ReactNode } from 'react';
import styles from './icons.module.css';

const shapes = {
  overview: <path d="M2.5 8.5 8 3l5.5 5.5M4 7.2v6.3h8V7.2" />,
  requests: <path d="M2.5 4h11M2.5 8h11M2.5 12h7" />,
  sessions: <path d="M2.5 3h8v5.5h-4L4 10.8V8.5H2.5zM12 5.5h1.5V11H12v2.3L9.7 11H8" />,
  accounts: (
    <>
      <circle cx="8" cy="5.4" r="2.7" />
      <path d="M2.8 13.6c.6-2.7 2.6-4 5.2-4s4.6 1.3 5.2 4" />
    </>
  ),
  latency: <path d="M2.5 2.5v11h11M4.5 10.5l3-3.5 2.3 2 3.7-5" />,
  usage: <path d="M2.5 13.5h11M4.5 11V8M8 11V3.5M11.5 11V6" />,
  lab: <path d="M6 2.3h4M6.7 2.3v4L3 12.7a.8.8 0 0 0 .7 1h8.6a.8.8 0 0 0 .7-1L9.3 6.3v-4M5 10h6" />,
  clients: <path d="M2 3h12v10H2zM4.5 6l2 2-2 2M8.5 10h3" />,
  codex: <path d="M8 2.5 13 5.2v5.6L8 13.5 3 10.8V5.2zM5.6 8l1.8 1.8L10.6 6.4" />,
  settings: <path d="M2.5 4.5h6M12 4.5h1.5M2.5 11.5h1.5M7.5 11.5h6M10.3 2.7v3.6M5.7 9.7v3.6" />,
  bolt: <path d="M9.2 1.8 3.6 9.1h3.9l-.8 5.1 5.7-7.4H8.5z" fill="currentColor" stroke="none" />,
  star: <path d="m8 2.2 1.8 3.7 4 .6-2.9 2.8.7 4L8 11.4l-3.6 1.9.7-4-2.9-2.8 4-.6z" />,
  starred: <path d="m8 2.2 1.8 3.7 4 .6-2.9 2.8.7 4L8 11.4l-3.6 1.9.7-4-2.9-2.8 4-.6z" fill="currentColor" />,
  note: <path d="M3 2.5h10v7.7l-3.3 3.3H3zM9.7 13.5v-3.3H13M5.5 5.5h5M5.5 8h3" />,
  copy: (
    <>
      <rect x="5.5" y="5.5" width="8" height="8" rx="1.5" />
      <path d="M10.5 3.5v-.2A1.3 1.3 0 0 0 9.2 2H3.3A1.3 1.3 0 0 0 2 3.3v5.9a1.3 1.3 0 0 0 1.3 1.3h.2" />
    </>
  ),
  check: <path d="m3 8.5 3.3 3.3L13 4.8" />,
  cross: <path d="m4 4 8 8M12 4l-8 8" />,
  close: <path d="m4 4 8 8M12 4l-8 8" />,
  search: (
    <>
      <circle cx="7" cy="7" r="4.3" />
      <path d="m10.3 10.3 3.4 3.4" />
    </>
  ),
  pause: <path d="M5.5 3.5v9M10.5 3.5v9" />,
  stop: <path d="M4 4h8v8H4z" />,
  play: <path d="M5 3.3v9.4L12.5 8z" />,
  key: (
    <>
      <circle cx="5.2" cy="10.8" r="2.7" />
      <path d="m7.2 8.8 5.6-5.6M10.6 5.4l2 2" />
    </>
  ),
  trash: <path d="M2.8 4.3h10.4M6 4.3V2.8h4v1.5M4.2 4.3l.6 9h6.4l.6-9M6.7 7v3.7M9.3 7v3.7" />,
  upload: <path d="M8 10.5v-8M4.8 5.5 8 2.3l3.2 3.2M2.5 10.5v2.7h11v-2.7" />,
  lock: <path d="M3.5 7.3h9v6.2h-9zM5.3 7.3V5a2.7 2.7 0 0 1 5.4 0v2.3" />,
  unlock: <path d="M3.5 7.3h9v6.2h-9zM5.3 7.3V4.7a2.7 2.7 0 0 1 5.2-1" />,
  warning: <path d="M8 2.3 14.2 13.3H1.8zM8 6.5v3.2M8 11.5v.2" />,
  info: (
    <>
      <circle cx="8" cy="8" r="6" />
      <path d="M8 7.3v3.9M8 4.9v.2" />
    </>
  ),
  chevronDown: <path d="m4.5 6.5 3.5 3.5 3.5-3.5" />,
  arrowUp: <path d="M8 13V3M4.3 6.7 8 3l3.7 3.7" />,
  arrowDown: <path d="M8 3v10M4.3 9.3 8 13l3.7-3.7" />,
  download: <path d="M8 2.5v8M4.8 7.5 8 10.7l3.2-3.2M2.5 10.5v2.7h11v-2.7" />,
  keyboard: <path d="M1.8 4.3h12.4v7.4H1.8zM4.3 6.8v.1M7 6.8v.1M9.6 6.8v.1M12 6.8v.1M5 9.3h6" />,
  inbox: <path d="M2.3 9 4.2 3h7.6l1.9 6v4.2H2.3zM2.3 9h3.5l.8 1.7h2.8l.8-1.7h3.5" />,
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof shapes;

interface IconProps {
  readonly name: IconName;
  /** Said by screen readers; without it the icon is decoration. */
  readonly label?: string;
  /** Without it, 16 px. */
  readonly size?: 'tiny' | 'small' | 'large';
  /** Without it, the text's colour. */
  readonly tone?: 'soft' | 'faint' | 'accent' | 'fast' | 'good' | 'bad';
  /** Stands before a text of several lines, at its first. */
  readonly isBesideText?: boolean;
}

/** A line icon. */
export function Icon({ name, label, size, tone, isBesideText = false }: IconProps): ReactNode {
  return (
    <svg
      className={styles.icon}
      data-size={size}
      data-tone={tone}
      data-beside={isBesideText ? 'text' : undefined}
      viewBox="0 0 16 16"
      aria-hidden={label === undefined}
      role={label && 'img'}
      aria-label={label}
    >
      {shapes[name]}
    </svg>
  );
}
