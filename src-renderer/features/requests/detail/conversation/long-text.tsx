import { type ReactNode, useState } from 'react';
import { visibleText } from '../../../../../src-main/shared/visible-text.ts';
import { useWords } from '../../../../stores/stores.ts';
import { LinkButton } from '../../../../ui/link-button.tsx';
import styles from './long-text.module.css';

const moreChars = 50_000;

interface LongTextProps {
  readonly text: string;
  readonly firstChars: number;
  readonly isCode?: boolean;
}

/** A text of any length: its beginning, and more of it in steps. */
export function LongText({ text, firstChars, isCode = false }: LongTextProps): ReactNode {
  const { t, format } = useWords();
  const [shownChars, setShownChars] = useState(firstChars);
  // A few characters more are not worth a click.
  const isWhole = text.length <= shownChars * 1.1;
  const shown = isWhole ? text : text.slice(0, shownChars);
  return (
    <>
      <div className={styles.text} data-code={isCode} dir="auto">
        {visibleText(shown)}
        {isWhole ? '' : '…'}
      </div>
      {isWhole ? null : (
        <LinkButton onClick={() => setShownChars(shownChars + moreChars)}>
          {t('talk.more', {
            more: format.count(Math.min(moreChars, text.length - shownChars)),
            total: format.count(text.length),
          })}
        </LinkButton>
      )}
    </>
  );
}
