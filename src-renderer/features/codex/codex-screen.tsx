import { type ReactNode, useState } from 'react';
import type { LearnedKey } from '../../../src-main/shared/learned-profile.ts';
import { profileName } from '../../lib/profile-name.ts';
import { useActions, useApp, useWords } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ScreenHead } from '../../ui/screen-head.tsx';
import { Select } from '../../ui/select.tsx';
import styles from './codex-screen.module.css';
import { ComparisonCard } from './comparison-card.tsx';

const keyText = ({ version, source }: LearnedKey): string => `${version} ${source}`;

/** The shapes of the official client: built in, learned, and what clients that are not Codex are sent with. */
export function CodexScreen(): ReactNode {
  const { t, told, format } = useWords();
  const actions = useActions();
  const profiles = useApp((state) => state.profiles);
  const [chosen, setChosen] = useState<string | null>(null);
  if (profiles === null) return null;
  const { learned, used, choice, running } = profiles;
  const shown = learned.find((each) => keyText(each) === chosen) ?? learned[0] ?? null;
  const learn = async (): Promise<void> => {
    const answer = await actions.ask('profiles.learn', null);
    if (answer !== null) setChosen(keyText(answer));
  };
  const choose = (codexProfile: string): void => void actions.changeSettings({ codexProfile });
  return (
    <div className={styles.codex}>
      <ScreenHead title={t('codex.title')}>
        {running === null ? (
          <Button variant="primary" makesCall onClick={() => void learn()}>
            {t('codex.learn')}
          </Button>
        ) : (
          <Button makesCall onClick={() => void actions.ask('profiles.stop', null)}>
            {t('codex.stop')}
          </Button>
        )}
      </ScreenHead>
      <p className={styles.codexIntro}>{t('codex.intro')}</p>
      {running === null ? null : <p role="status">{t('codex.learning', { step: told(running.step) })}</p>}
      <Card
        title={t('codex.profile')}
        aside={t('codex.profile.as', { id: profileName(t, used.id), version: used.version })}
      >
        <div className={styles.codexBody}>
          <Select
            label={t('codex.use')}
            labelPlace="beside"
            value={choice}
            makesCall
            options={[
              { value: 'built-in', label: t('codex.use.builtIn') },
              { value: 'newest', label: t('codex.use.newest') },
              ...[...new Set(learned.map(({ version }) => version))].map((version) => ({
                value: version,
                label: t('codex.use.learned', { version }),
              })),
            ]}
            onChange={choose}
          />
        </div>
      </Card>
      {shown === null ? (
        <EmptyState icon="codex" title={t('codex.none')}>
          <p>{t('codex.none.how')}</p>
        </EmptyState>
      ) : (
        <>
          <div className={styles.codexBar}>
            <Select
              label={t('codex.compare')}
              labelPlace="beside"
              value={keyText(shown)}
              options={learned.map((each) => ({
                value: keyText(each),
                label: t(`codex.compare.${each.source}`, {
                  version: each.version,
                  when: format.shortInstant(each.learnedAt),
                }),
              }))}
              onChange={setChosen}
            />
            <Button makesCall disabled={shown.isUsed} onClick={() => choose(shown.version)}>
              {shown.isUsed ? t('codex.inUse') : t('codex.useIt')}
            </Button>
          </div>
          <ComparisonCard version={shown.version} source={shown.source} />
        </>
      )}
    </div>
  );
}
