import { type ReactNode, useEffect, useState } from 'react';
import type { CallName } from '../../../src-main/shared/contract.ts';
import type { AppSettings } from '../../../src-main/shared/settings.ts';
import type { UpdateView } from '../../../src-main/shared/update-model.ts';
import type { Words } from '../../../src-main/shared/words/words.ts';
import { useAnswer } from '../../hooks/use-answer.ts';
import { changeAnswer } from '../../stores/queries.ts';
import { useStores, useWords } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import layoutStyles from '../../ui/layout.module.css';
import { Select } from '../../ui/select.tsx';
import textStyles from '../../ui/text.module.css';
import { Unanswered } from '../../ui/unanswered.tsx';
import settingsStyles from './settings.module.css';
import styles from './updates-card.module.css';

type UpdateCall = Extract<CallName, `updates.${string}`>;

/** While it goes on by itself, it is looked at again after this time. */
const lookEveryMs = 1_000;
const goesOn: ReadonlySet<UpdateView['state']> = new Set(['checking', 'downloading', 'waiting']);

/** Newer versions of the desktop app, and what is to be done about them. */
export function UpdatesCard({ settings }: { readonly settings: AppSettings }): ReactNode {
  const { actions, queries } = useStores();
  const { answered, failed, readAgain } = useAnswer('updates.get', null);
  const words = useWords();
  const { t, told } = words;
  const view = answered?.value ?? null;
  /** A call is answered when it is through; how far it is has to be looked for. */
  const [isAsked, setAsked] = useState(false);
  const does = async (name: UpdateCall): Promise<void> => {
    setAsked(true);
    const next = await actions.ask(name, null);
    setAsked(false);
    if (next !== null) changeAnswer(queries, ['updates.get', null], () => next);
  };
  const isGoingOn = isAsked || (view !== null && goesOn.has(view.state));
  useEffect(() => {
    if (!isGoingOn) return undefined;
    const timer = setInterval(async () => {
      const next = await actions.request('updates.get', null);
      if (next.ok) changeAnswer(queries, ['updates.get', null], () => next.value);
    }, lookEveryMs);
    return () => clearInterval(timer);
  }, [isGoingOn, actions, queries]);
  if (view === null && failed !== null)
    return (
      <Card title={t('updates.title')}>
        <div className={settingsStyles.settingsBody}>
          <Unanswered failed={failed} onAgain={readAgain} />
        </div>
      </Card>
    );
  if (view === null) return null;
  const button = (name: UpdateCall, text: string): ReactNode => (
    <Button makesCall onClick={() => void does(name)}>
      {text}
    </Button>
  );
  return (
    <Card title={t('updates.title')}>
      <div className={settingsStyles.settingsBody}>
        <p role="status">{view.why === null ? stateText(words, view) : told(view.why)}</p>
        {view.state === 'off' ? null : (
          <>
            <Select
              label={t('updates.choice')}
              labelPlace="beside"
              value={settings.updates}
              makesCall
              options={(['off', 'tell', 'download'] as const).map((value) => ({
                value,
                label: t(`updates.choice.${value}`),
              }))}
              onChange={(updates) => void actions.changeSettings({ updates })}
            />
            <p className={textStyles.faint}>
              {t('updates.help')} {t(view.keepsPrevious ? 'updates.previous.kept' : 'updates.previous.gone')}
            </p>
            <div className={layoutStyles.addButtons}>
              {view.state === 'idle' || view.state === 'failed' ? button('updates.check', t('updates.check')) : null}
              {view.state === 'available' ? button('updates.download', t('updates.download')) : null}
              {view.state === 'ready' ? button('updates.install', t('updates.install')) : null}
              {view.state === 'waiting' ? button('updates.postpone', t('updates.postpone')) : null}
            </div>
          </>
        )}
        {view.version === null || view.notes === null ? null : (
          <section aria-label={t('updates.notes', { version: view.version })}>
            <h3>{t('updates.notes', { version: view.version })}</h3>
            <p className={styles.notes}>{view.notes}</p>
          </section>
        )}
      </div>
    </Card>
  );
}

function stateText({ t, format }: Words, { state, version, percent, checkedAt }: UpdateView): string {
  const values = { version: version ?? '' };
  switch (state) {
    case 'off':
    case 'failed':
      return '';
    case 'idle':
      return t(checkedAt === null ? 'updates.notChecked' : 'updates.none');
    case 'checking':
      return t('updates.checking');
    case 'downloading':
      return t('updates.downloading', { ...values, percent: format.percent(percent ?? 0) });
    case 'available':
      return t('updates.available', values);
    case 'ready':
      return t('updates.ready', values);
    case 'waiting':
      return t('updates.waiting', values);
  }
}
