import { Fragment, type ReactNode } from 'react';
import { classNames } from '../lib/class-names.ts';
import { keyCap, shortcutLabel, shortcuts } from '../lib/keys.ts';
import { useWords } from '../stores/stores.ts';
import dialogStyles from '../ui/dialog.module.css';
import { Dialog } from '../ui/dialog.tsx';
import { Switch } from '../ui/switch.tsx';
import styles from './shortcuts-dialog.module.css';

const groups = ['anywhere', 'traffic', 'requests', 'goTo'] as const;

interface ShortcutsDialogProps {
  readonly hasTrafficKeys: boolean;
  readonly onTrafficKeys: (isOn: boolean) => void;
  readonly onClose: () => void;
}

/** Lists every keyboard shortcut; those that act on everybody's traffic can be turned off. */
export function ShortcutsDialog({ hasTrafficKeys, onTrafficKeys, onClose }: ShortcutsDialogProps): ReactNode {
  const { t } = useWords();
  return (
    <Dialog title={t('shell.shortcuts.title')} onClose={onClose}>
      <div className={classNames(dialogStyles.dialogBody, styles.shortcuts)}>
        {groups.map((group) => (
          <section key={group}>
            <h3>{t(`keys.group.${group}`)}</h3>
            {group === 'traffic' ? (
              <Switch label={t('shell.shortcuts.traffic')} checked={hasTrafficKeys} onChange={onTrafficKeys} />
            ) : null}
            <dl>
              {group === 'anywhere' ? (
                <div className={styles.shortcut}>
                  <dt>
                    <kbd>Ctrl K</kbd>
                  </dt>
                  <dd>{t('shell.shortcuts.palette')}</dd>
                </div>
              ) : null}
              {shortcuts
                .filter((shortcut) => shortcut.group === group)
                .map((shortcut) => (
                  <div key={shortcut.command} className={styles.shortcut}>
                    <dt>
                      <Keys alternatives={shortcut.keys} />
                    </dt>
                    <dd>{shortcutLabel(t, shortcut.command)}</dd>
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
  const { t } = useWords();
  return alternatives.map((keys, index) => (
    <Fragment key={keys}>
      {index > 0 ? <span className={styles.shortcutOr}>{t('shell.shortcuts.or')}</span> : null}
      {keys.split(' ').map((key) => (
        <kbd key={key}>{keyCap(key)}</kbd>
      ))}
    </Fragment>
  ));
}
