import type { ReactNode } from 'react';
import { useActions, useApp, useStores, useWords } from '../../../stores/stores.ts';
import { Button } from '../../../ui/button.tsx';
import { LinkButton } from '../../../ui/link-button.tsx';
import { RichText } from '../../../ui/rich-text.tsx';
import styles from './not-kept.module.css';

/** Says what is not kept of a request, why, and what keeps it for the next ones. */
export function NotKept({ what }: { readonly what: 'bodies' | 'frames' }): ReactNode {
  const { ui } = useStores();
  const { t } = useWords();
  const actions = useActions();
  const isOn = useApp((state) => state.settings?.traceBodies === true);
  return (
    <div className={styles.notKept}>
      <p>
        {t(`talk.notKept.${what}`)}{' '}
        <RichText
          id={isOn ? 'talk.notKept.on' : 'talk.notKept.off'}
          with={{ link: (text) => <LinkButton onClick={() => ui.getState().go('settings')}>{text}</LinkButton> }}
        />
      </p>
      {isOn ? null : (
        <Button makesCall onClick={() => void actions.setTraceBodies(true)}>
          {t('talk.notKept.do')}
        </Button>
      )}
    </div>
  );
}
