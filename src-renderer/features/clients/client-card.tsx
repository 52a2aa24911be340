import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { ClientView } from '../../../src-main/shared/client-model.ts';
import type { TextId } from '../../../src-main/shared/words/texts.ts';
import type { Translate } from '../../../src-main/shared/words/words.ts';
import { useActions, useWords } from '../../stores/stores.ts';
import { Badge, type Tone } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Icon } from '../../ui/icons.tsx';
import layoutStyles from '../../ui/layout.module.css';
import { Select } from '../../ui/select.tsx';
import textStyles from '../../ui/text.module.css';
import styles from './client-card.module.css';
import { clientName } from './client-words.ts';
import { SetUpDialog } from './set-up-dialog.tsx';
import { Snippet } from './snippet.tsx';
import { UndoDialog } from './undo-dialog.tsx';

interface ClientCardProps {
  readonly client: ClientView;
  /** Its state after something was done. */
  readonly onClient: (client: ClientView) => void;
}

const stateTexts = {
  absent: ['quiet', 'clients.absent'],
  'not-set-up': ['quiet', 'clients.notSetUp'],
  'set-up': ['good', 'clients.setUp'],
  'changed-since': ['warn', 'clients.changedSince'],
} as const satisfies Record<ClientView['state'], readonly [Tone, TextId]>;

/** One client: where it stands, and what can be done. */
export function ClientCard({ client, onClient }: ClientCardProps): ReactNode {
  const { t, told } = useWords();
  const actions = useActions();
  const [modeId, setModeId] = useState(client.mode ?? client.modes[0]?.id ?? '');
  const [open, setOpen] = useState<'set-up' | 'undo' | null>(null);
  const mode = client.modes.find(({ id }) => id === modeId);
  const [tone, state] = stateTexts[client.state];
  const name = clientName(t, client);
  const copy = async (): Promise<boolean> => {
    const snippet = await actions.ask('clients.snippet', { id: client.id, mode: modeId });
    return snippet !== null && actions.copyText(snippet.text, 'clients.copied', { client: name });
  };
  const buttons = useRef<HTMLDivElement>(null);
  const wasOpen = useRef(false);
  useEffect(() => {
    // The button that opened the dialog may be gone with what it did.
    const isLost = wasOpen.current && open === null && document.activeElement === document.body;
    if (isLost) buttons.current?.querySelector('button')?.focus();
    wasOpen.current = open !== null;
  }, [open]);
  const activeMode = client.modes.find(({ id }) => id === client.mode);
  return (
    <Card
      title={name}
      aside={
        client.path === null ? (
          <Badge tone="quiet">{t('clients.snippetOnly')}</Badge>
        ) : (
          <Badge tone={tone}>{t(state)}</Badge>
        )
      }
    >
      <div className={styles.clientBody}>
        {client.path === null ? null : (
          <p className={styles.clientPath}>
            <code>{client.path}</code>
            {activeMode === undefined ? null : (
              <span className={textStyles.faint}>{t('clients.now', { mode: t(activeMode.name) })}</span>
            )}
          </p>
        )}
        <Drift client={client} />
        {client.problem === null ? null : <Note tone="bad">{told(client.problem)}</Note>}
        {client.modes.length > 1 ? (
          <Select
            label={t('clients.way')}
            labelPlace="beside"
            value={modeId}
            options={client.modes.map(({ id, name }) => ({ value: id, label: t(name) }))}
            onChange={setModeId}
          />
        ) : null}
        {mode === undefined ? null : <p className={styles.clientHint}>{t(mode.hint)}</p>}
        <div className={layoutStyles.addButtons} ref={buttons}>
          {client.path === null ? null : (
            <Button
              variant={client.state === 'not-set-up' ? 'primary' : 'plain'}
              disabled={client.problem !== null}
              onClick={() => setOpen('set-up')}
            >
              {t('clients.setUp.open')}
            </Button>
          )}
          {client.undoable ? <Button onClick={() => setOpen('undo')}>{t('clients.undo.open')}</Button> : null}
          {client.state === 'changed-since' ? (
            <Button disabled={client.problem !== null} onClick={() => setOpen('undo')}>
              {t('clients.takeOut.open')}
            </Button>
          ) : null}
          <CopyButton label={t('clients.copy')} makesCall copy={copy} />
        </div>
        <Snippet clientId={client.id} modeId={modeId} />
      </div>
      {open === 'set-up' ? (
        <SetUpDialog client={client} modeId={modeId} onClose={() => setOpen(null)} onApplied={onClient} />
      ) : null}
      {open === 'undo' ? <UndoDialog client={client} onClose={() => setOpen(null)} onUndone={onClient} /> : null}
    </Card>
  );
}

function Drift({ client }: { readonly client: ClientView }): ReactNode {
  const { t } = useWords();
  if (client.state !== 'changed-since') return null;
  return (
    <Note tone="warn">{[t('clients.drift'), ...(client.problem === null ? afterDrift(t, client) : [])].join(' ')}</Note>
  );
}

function afterDrift(t: Translate, { mode }: ClientView): string[] {
  return [t(mode === null ? 'clients.drift.away' : 'clients.drift.stays'), t('clients.drift.takeOut')];
}

function Note({ tone, children }: { readonly tone: 'warn' | 'bad'; readonly children: ReactNode }): ReactNode {
  return (
    <p className={styles.clientNote} data-tone={tone} role="note">
      <Icon name="warning" isBesideText />
      <span>{children}</span>
    </p>
  );
}
