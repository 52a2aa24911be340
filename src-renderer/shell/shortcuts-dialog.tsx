import { Fragment, type ReactNode } from 'react';
import { classNames } from '../lib/class-names.ts';
import { keyCap, shortcuts } from '../lib/keys.ts';
import dialogStyles from '../ui/dialog.module.css';
import { Dialog } from '../ui/dialog.tsx';
import styles from './shortcuts-dialog.module.css';

const groups = ['Anywhere', 'Go to', 'Requests'] as const;

/** Lists every keyboard shortcut. */
export function ShortcutsDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      <div className={classNames(dialogStyles.dialogBody, styles.shortcuts)}>
        {groups.map((group) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {shortcuts
                .filter((shortcut) => shortcut.group === group)
                .map((shortcut) => (
                  <div key={shortcut.command} className={styles.shortcut}>
                    <dt>
                      <Keys alternatives={shortcut.keys} />
                    </dt>
                    <dd>{shortcut.label}</dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}

function Keys({ alternatives }: { readonly alternatives: readonly string[] }): ReactNode {
  return alternatives.map((keys, index) => (
    <Fragment key={keys}>
      {index > 0 ? <span className={styles.shortcutOr}>or</span> : null}
      {keys.split(' ').map((key) => (
        <kbd key={key}>{keyCap(key)}</kbd>
      ))}
    </Fragment>
  ));
}
