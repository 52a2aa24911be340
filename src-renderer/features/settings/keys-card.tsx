import { type ReactNode, useState } from 'react';
import type { KeyFacts, KeyView } from '../../../src-main/shared/key-model.ts';
import { useAnswer } from '../../hooks/use-answer.ts';
import { useNow } from '../../hooks/use-now.ts';
import { changeAnswer } from '../../stores/queries.ts';
import { useStores, useWords } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import layoutStyles from '../../ui/layout.module.css';
import textStyles from '../../ui/text.module.css';
import { Unanswered } from '../../ui/unanswered.tsx';
import { KeyForm } from './key-form.tsx';
import styles from './keys-card.module.css';
import settingsStyles from './settings.module.css';

interface MadeKey {
  readonly name: string;
  readonly key: string;
}

/** API keys beside the first one: who has one, what it may do and has used, and how to make or end one. */
export function KeysCard(): ReactNode {
  const { actions, queries } = useStores();
  const { answered, failed, readAgain } = useAnswer('keys.list', null);
  const { t } = useWords();
  const [made, setMade] = useState<MadeKey | null>(null);
  const [changing, setChanging] = useState<KeyView | null>(null);
  const take = (keys: readonly KeyView[]): void => changeAnswer(queries, ['keys.list', null], () => [...keys]);
  const create = async (facts: KeyFacts): Promise<boolean> => {
    const answer = await actions.ask('keys.create', facts);
    if (answer === null) return false;
    take(answer.keys);
    setMade({ name: facts.name, key: answer.key });
    return true;
  };
  const change = async (view: KeyView, facts: KeyFacts): Promise<boolean> => {
    const changed = await actions.ask('keys.update', { id: view.id, facts });
    if (changed === null) {
      // It may have been revoked elsewhere.
      readAgain();
      return false;
    }
    take(changed);
    // Another may have been opened meanwhile.
    setChanging((open) => (open === view ? null : open));
    return true;
  };
  const revoke = async (id: string): Promise<void> => {
    const left = await actions.ask('keys.revoke', { id });
    if (left === null) readAgain();
    else take(left);
  };
  const keys = answered?.value ?? [];
  /** As it is now; gone where it was revoked meanwhile, here or elsewhere. */
  const now = keys.find(({ id }) => id === changing?.id);
  return (
    <Card title={t('apiKeys.title')}>
      <div className={settingsStyles.settingsBody}>
        <p className={textStyles.faint}>{t('apiKeys.help')}</p>
        <Unanswered failed={failed} onAgain={readAgain} />
        {answered !== null && keys.length === 0 ? <p>{t('apiKeys.none')}</p> : null}
        {keys.length === 0 ? null : (
          <ul className={styles.keys}>
            {keys.map((key) => (
              <KeyLine key={key.id} view={key} onChange={() => setChanging(key)} onRevoke={() => void revoke(key.id)} />
            ))}
          </ul>
        )}
        {made !== null ? (
          <MadeKeyPart made={made} onDone={() => setMade(null)} />
        ) : changing !== null && now !== undefined ? (
          <KeyForm
            key={`${changing.id} ${factsKey(changing)}`}
            facts={changing}
            {...(factsKey(now) === factsKey(changing) ? {} : { onTake: () => setChanging(now) })}
            onSubmit={(facts) => change(changing, facts)}
            onCancel={() => setChanging(null)}
          />
        ) : (
          <KeyForm onSubmit={create} />
        )}
      </div>
    </Card>
  );
}

/** Differs whenever what a key is called or may do does. */
function factsKey({ name, expiresAt, models, tiers, requestsPerDay, tokensPerDay }: KeyFacts): string {
  return JSON.stringify([name, expiresAt, models, tiers, requestsPerDay, tokensPerDay]);
}

/** The form that had the focus is gone. */
const focusFirstButton = (part: HTMLElement | null): void => part?.querySelector('button')?.focus();

/** Told once: nobody can show it again. */
function MadeKeyPart({ made, onDone }: { readonly made: MadeKey; readonly onDone: () => void }): ReactNode {
  const { actions } = useStores();
  const { t } = useWords();
  return (
    <div role="status" className={styles.made} ref={focusFirstButton}>
      <p>{t('apiKeys.made', { name: made.name })}</p>
      <code>{made.key}</code>
      <div className={layoutStyles.addButtons}>
        <CopyButton label={t('apiKeys.copy')} copy={() => actions.copyText(made.key, 'apiKeys.copied')} />
        <Button onClick={onDone}>{t('apiKeys.done')}</Button>
      </div>
    </div>
  );
}

interface KeyLineProps {
  readonly view: KeyView;
  readonly onChange: () => void;
  readonly onRevoke: () => void;
}

function KeyLine({ view, onChange, onRevoke }: KeyLineProps): ReactNode {
  const { t, format } = useWords();
  const nowMs = useNow(30_000);
  const [isAsking, setAsking] = useState(false);
  const { name, expiresAt, models, tiers, requestsPerDay, tokensPerDay, usedToday, lastUsedAt } = view;
  const of = (used: number, limit: number | null): string =>
    limit === null ? format.count(used) : `${format.count(used)}/${format.count(limit)}`;
  const facts = [
    models === null ? t('apiKeys.allModels') : format.list(models),
    ...(tiers === null ? [] : [format.list(tiers)]),
    t('apiKeys.used', {
      requests: of(usedToday.requests, requestsPerDay),
      tokens: of(usedToday.tokens, tokensPerDay),
    }),
    lastUsedAt === null ? t('apiKeys.unused') : t('apiKeys.lastUsed', { when: format.relative(lastUsedAt, nowMs) }),
    ...(expiresAt === null
      ? []
      : [expiresAt <= nowMs ? t('apiKeys.expired') : t('apiKeys.until', { when: format.longInstant(expiresAt) })]),
  ];
  return (
    <li>
      <span>
        <strong>{name}</strong> <span className={textStyles.faint}>{facts.join(' · ')}</span>
      </span>
      <span className={styles.lineButtons}>
        <Button isSmall onClick={onChange}>
          {t('apiKeys.edit')}
        </Button>
        <Button
          isSmall
          makesCall
          onClick={() => (isAsking ? onRevoke() : setAsking(true))}
          onBlur={() => setAsking(false)}
        >
          {isAsking ? t('apiKeys.revokeAsk') : t('apiKeys.revoke')}
        </Button>
      </span>
    </li>
  );
}
