import type { ReactNode } from 'react';
import { useActions, useApp } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import styles from './codex-news.module.css';

/** What Codex clients that passed did beyond their profile, once a version; nothing where there is no news. */
export function CodexNews(): ReactNode {
  const actions = useActions();
  const news = useApp((state) => state.profiles?.news ?? null);
  if (news === null || news.length === 0) return null;
  return (
    <Card title="News of Codex" aside={<a href="#/codex">Compare the shapes</a>}>
      <div className={styles.codexNews}>
        {news.map(({ version, text }) => (
          <div key={version} className={styles.codexNewsLine}>
            <span>{text}. It is relayed as it is.</span>
            <Button isSmall onClick={() => void actions.ask('profiles.dismiss', { version })}>
              Put away
            </Button>
          </div>
        ))}
      </div>
    </Card>
  );
}
