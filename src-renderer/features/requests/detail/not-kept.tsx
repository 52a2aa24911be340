import type { ReactNode } from 'react';
import { useStores } from '../../../stores/stores.ts';
import { LinkButton } from '../../../ui/link-button.tsx';
import styles from './not-kept.module.css';

/** Says what is not kept of a request, why, and what keeps it for the next ones. */
export function NotKept({ what }: { readonly what: 'Bodies' | 'Frames' }): ReactNode {
  const { ui } = useStores();
  return (
    <p className={styles.notKept}>
      {what} of this request are not kept: they stay in memory, and only for the last turns. To have those of later
      turns on the disk, redacted, turn on “Keep bodies and frames too” in{' '}
      <LinkButton onClick={() => ui.getState().go('settings')}>Settings</LinkButton>.
    </p>
  );
}
