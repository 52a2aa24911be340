import { Fragment, type ReactNode } from 'react';
import { classNames } from '../lib/class-names.ts';
import { keyCap, shortcuts } from '../lib/keys.ts';
import dialogStyles from '../ui/dialog.module.css';
import { Dialog } from '../ui/dialog.tsx';
import { Switch } from '../ui/switch.tsx';
import styles from './shortcuts-dialog.module.css';

const groups = ['Anywhere', 'Traffic', 'Go to', 'Requests'] as const;

interface ShortcutsDialogProps {
  readonly hasTrafficKeys: boolean;
  readonly onTrafficKeys: (isOn: boolean) => void;
  readonly onClose: () => void;
}

/** Lists every keyboard shortcut; those that act on everybody's traffic can be turned off. */
export function ShortcutsDialog({ hasTrafficKeys, onTrafficKeys, onClose }: ShortcutsDialogProps): ReactNode {
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      <div className={classNames(dialogStyles.dialogBody, styles.shortcuts)}>
        {groups.map((group) => (
          <section key={group}>
            <h3>{group}</h3>
            {group === 'Traffic' ? (
              <Switch label="Keys may switch these" checked={hasTrafficKeys} onChange={onTrafficKeys} />
            ) : null}
            <dl>
              {group === 'Anywhere' ? (
                <div className={styles.shortcut}>
                  <dt>
                    <kbd>Ctrl K</kbd>
                  </dt>
                  <dd>Commands (on a Mac, Cmd K)</dd>
                </div>
              ) : null}
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
