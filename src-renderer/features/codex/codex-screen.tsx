import { type ReactNode, useState } from 'react';
import type { LearnedKey } from '../../../src-main/shared/learned-profile.ts';
import { formatShortInstant } from '../../lib/format.ts';
import { useActions, useApp } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ScreenHead } from '../../ui/screen-head.tsx';
import { Select } from '../../ui/select.tsx';
import styles from './codex-screen.module.css';
import { ComparisonCard } from './comparison-card.tsx';

const keyText = ({ version, source }: LearnedKey): string => `${version} ${source}`;
const sources = { cli: 'the installed command', traffic: 'clients that passed' } as const;

/** The shapes of the official client: built in, learned, and what clients that are not Codex are sent with. */
export function CodexScreen(): ReactNode {
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
      <ScreenHead title="Codex">
        {running === null ? (
          <Button variant="primary" onClick={() => void learn()}>
            Learn from the installed Codex
          </Button>
        ) : (
          <Button onClick={() => void actions.ask('profiles.stop', null)}>Stop</Button>
        )}
      </ScreenHead>
      <p className={styles.codexIntro}>
        Clients that are not Codex are sent as the official client. Learning runs four short turns of the Codex command
        on this machine against a recorder: no account, no network.
      </p>
      {running === null ? null : <p role="status">Learning: {running.step}…</p>}
      <Card title="Profile of clients that are not Codex" aside={`${used.id}, as version ${used.version}`}>
        <div className={styles.codexBody}>
          <Select
            label="Use"
            isLabelShown
            value={choice}
            options={[
              { value: 'built-in', label: 'the built-in profile' },
              { value: 'newest', label: 'always the newest, built in or learned' },
              ...[...new Set(learned.map(({ version }) => version))].map((version) => ({
                value: version,
                label: `learned of Codex ${version}`,
              })),
            ]}
            onChange={choose}
          />
        </div>
      </Card>
      {shown === null ? (
        <EmptyState icon="codex" title="Nothing was learned yet">
          <p>Learn from the installed Codex, or let a Codex client send a turn through Slipstream.</p>
        </EmptyState>
      ) : (
        <>
          <div className={styles.codexBar}>
            <Select
              label="Compare"
              isLabelShown
              value={keyText(shown)}
              options={learned.map((each) => ({
                value: keyText(each),
                label: `Codex ${each.version}, of ${sources[each.source]}, ${formatShortInstant(each.learnedAt)}`,
              }))}
              onChange={setChosen}
            />
            <Button disabled={shown.isUsed} onClick={() => choose(shown.version)}>
              {shown.isUsed ? 'In use' : 'Use it'}
            </Button>
          </div>
          <ComparisonCard version={shown.version} source={shown.source} />
        </>
      )}
    </div>
  );
}
