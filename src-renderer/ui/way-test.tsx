import { type ReactNode, useState } from 'react';
import { isProxyAddress } from '../../src-main/shared/proxy-address.ts';
import { hostLine } from '../../src-main/shared/way-words.ts';
import type { WayTest } from '../../src-main/shared/ways.ts';
import { useActions, useWords } from '../stores/stores.ts';
import { Button } from './button.tsx';
import { Icon } from './icons.tsx';
import styles from './way-test.module.css';

interface WayTestPartProps {
  /** Null: the way of all accounts. */
  readonly accountId: string | null;
  /** As typed; empty for none. */
  readonly address: string;
}

/** Tries a way out: which it is, how long it took to each host, and what is wrong with it. */
export function WayTestPart({ accountId, address }: WayTestPartProps): ReactNode {
  const actions = useActions();
  const { t } = useWords();
  const [outcome, setOutcome] = useState<{ readonly address: string; readonly answer: WayTest | string } | null>(null);
  const [isBusy, setBusy] = useState(false);
  const test = async (): Promise<void> => {
    setBusy(true);
    const result = await actions.request('ways.test', { accountId, proxyUrl: address === '' ? null : address });
    setBusy(false);
    setOutcome({ address, answer: result.ok ? result.value : result.error.message });
  };
  // What was found of another address says nothing of this one.
  const answer = outcome?.address === address ? outcome.answer : null;
  return (
    <>
      <Button makesCall disabled={isBusy || (address !== '' && !isProxyAddress(address))} onClick={() => void test()}>
        {isBusy ? t('ways.testing') : t('ways.test')}
      </Button>
      {answer === null ? null : (
        <div className={styles.outcome} role="status">
          {typeof answer === 'string' ? <Line isGood={false} text={answer} /> : <Outcome test={answer} />}
        </div>
      )}
    </>
  );
}

function Outcome({ test }: { readonly test: WayTest }): ReactNode {
  const words = useWords();
  const { proxyUrl, decidedBy, hosts } = test;
  return (
    <>
      <p>
        {proxyUrl === null ? words.t('ways.straight') : words.t('ways.through', { proxy: proxyUrl, by: decidedBy })}
      </p>
      {hosts.map((host) => (
        <Line key={host.host} isGood={host.problem === null} text={hostLine(host, words)} />
      ))}
    </>
  );
}

function Line({ isGood, text }: { readonly isGood: boolean; readonly text: string }): ReactNode {
  return (
    <p className={styles.line} data-good={isGood || undefined}>
      <Icon name={isGood ? 'check' : 'warning'} isBesideText />
      <span>{text}</span>
    </p>
  );
}
