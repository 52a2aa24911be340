import type { ReactNode } from 'react';
import { visibleText } from '../../../../../src-main/shared/visible-text.ts';
import { useWords } from '../../../../stores/stores.ts';
import styles from './tool-names.module.css';

/** Tools by their names, folded up. */
export function ToolNames({ names }: { readonly names: readonly string[] }): ReactNode {
  const { t, format } = useWords();
  return (
    <details className={styles.tools}>
      <summary>{t('talk.tools', { count: format.count(names.length) })}</summary>
      <ul>
        {names.map((name, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: names may repeat, and the list never changes
          <li key={index}>
            <code>{name === '' ? t('talk.unnamedTool') : visibleText(name)}</code>
          </li>
        ))}
      </ul>
    </details>
  );
}
