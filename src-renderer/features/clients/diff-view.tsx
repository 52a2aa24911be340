import type { ReactNode } from 'react';
import { classNames } from '../../lib/class-names.ts';
import { useWords } from '../../stores/stores.ts';
import textStyles from '../../ui/text.module.css';
import styles from './diff-view.module.css';

const kinds: Record<string, string> = { '+': 'added', '-': 'removed', '@': 'place' };

/** A unified diff, line by line; the signs stay, so that it does not rest on colour. */
export function DiffView({ diff }: { readonly diff: string }): ReactNode {
  const { t } = useWords();
  const lines = diff
    .replace(/\n$/, '')
    .split('\n')
    .map((text, number) => ({ number, text }));
  return (
    <section className={classNames(textStyles.code, styles.diff)} aria-label={t('clients.change')}>
      {lines.map(({ number, text }) => (
        <div key={number} className={styles.diffLine} data-kind={kindOf(text)}>
          {text === '' ? ' ' : text}
        </div>
      ))}
    </section>
  );
}

function kindOf(line: string): string | undefined {
  if (/^(\+\+\+|---) /.test(line)) return 'place';
  return kinds[line.charAt(0)];
}
