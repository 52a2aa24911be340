import type { ReactNode } from 'react';
import { formatCountOf } from '../../lib/format.ts';
import { useApp } from '../../stores/stores.ts';
import { Card } from '../../ui/card.tsx';
import styles from './codex-news.module.css';

/** As which Codex the other clients are sent, and what was learned of the newest one. */
export function CodexShape(): ReactNode {
  const profiles = useApp((state) => state.profiles);
  if (profiles === null) return null;
  const { used, learned } = profiles;
  const [newest] = learned;
  return (
    <Card title="Shape of Codex" aside={<a href="#/codex">Compare the shapes</a>}>
      <div className={styles.codexNews}>
        <span>Other clients are sent as Codex {used.version} sends its turns.</span>
        <span>
          {newest === undefined
            ? 'No Codex has been learned here yet.'
            : `Learned of Codex ${newest.version}: ${newest.differences === 0 ? 'no difference from the built-in profile' : formatCountOf(newest.differences, 'difference')}.`}
        </span>
      </div>
    </Card>
  );
}
