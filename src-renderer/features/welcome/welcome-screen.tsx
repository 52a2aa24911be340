import { type ReactNode, useEffect, useRef, useState } from 'react';
import { classNames } from '../../lib/class-names.ts';
import { useActions, useApp } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import cardStyles from '../../ui/card.module.css';
import { Icon } from '../../ui/icons.tsx';
import layoutStyles from '../../ui/layout.module.css';
import { Logo } from '../../ui/logo.tsx';
import { SignInPart } from '../../ui/sign-in-part.tsx';
import textStyles from '../../ui/text.module.css';
import styles from './welcome-screen.module.css';

interface Welcome {
  readonly isOpen: boolean;
  readonly close: () => void;
}

/** Opens the first-run screen where the question about the login has no answer yet; it stays until the user leaves it. */
export function useWelcome(): Welcome {
  const isAsking = useApp(({ app, settings }) => app?.autostartUnsupported === null && settings?.startAtLogin === null);
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    if (isAsking) setOpen(true);
  }, [isAsking]);
  return { isOpen, close: () => setOpen(false) };
}

/** The first-run screen: an account, and whether to start at login. */
export function WelcomeScreen({ onDone }: { readonly onDone: () => void }): ReactNode {
  const actions = useActions();
  const isAsked = useApp(({ settings }) => typeof settings?.startAtLogin === 'boolean');
  const heading = useRef<HTMLHeadingElement>(null);
  // So that the first Tab leads to the first button.
  useEffect(() => heading.current?.focus(), []);
  const leave = async (): Promise<void> => {
    if (isAsked || (await actions.changeSettings({ startAtLogin: false }))) onDone();
  };
  return (
    <div className={styles.welcome}>
      <header className={styles.welcomeHead}>
        <Logo sizePx={40} />
        <h1 ref={heading} tabIndex={-1}>
          Welcome to Slipstream
        </h1>
        <p>Two things, and your clients can use it. Both can be changed later.</p>
      </header>
      <ol className={classNames(cardStyles.card, styles.welcomeSteps)}>
        <AccountStep />
        <LoginStep />
      </ol>
      <footer className={styles.welcomeFoot}>
        <Button variant={isAsked ? 'primary' : 'plain'} onClick={() => void leave()}>
          Go to the dashboard
        </Button>
        {isAsked ? null : (
          <span className={textStyles.faint}>Unless you say so, Slipstream does not start at login.</span>
        )}
      </footer>
    </div>
  );
}

interface StepProps {
  readonly title: string;
  readonly isDone: boolean;
  readonly number: number;
  readonly children: ReactNode;
}

function Step({ title, isDone, number, children }: StepProps): ReactNode {
  return (
    <li className={classNames(styles.welcomeStep, isDone && styles.welcomeStepDone)}>
      <span className={styles.welcomeMark} aria-hidden="true">
        {isDone ? <Icon name="check" /> : number}
      </span>
      <div className={styles.welcomeStepBody}>
        <h2>{title}</h2>
        {children}
      </div>
    </li>
  );
}

function AccountStep(): ReactNode {
  const actions = useActions();
  const accounts = useApp((state) => state.accounts);
  const isWaiting = useApp((state) => state.signIn?.state === 'waiting');
  if (accounts.length > 0) {
    return (
      <Step title="Your account is ready" isDone number={1}>
        <p>{accounts.map(({ label }) => label).join(', ')}</p>
      </Step>
    );
  }
  return (
    <Step title="Add your account" isDone={false} number={1}>
      <p>Slipstream sends every turn with a Codex account, so it needs one.</p>
      <SignInPart />
      {isWaiting ? null : (
        <div className={layoutStyles.addPart}>
          <h3>Or link the Codex CLI's login</h3>
          <p>
            Shares the sign-in in <code>~/.codex/auth.json</code>; a sign-in of its own is the safer way.
          </p>
          <div className={layoutStyles.addButtons}>
            <Button onClick={() => void actions.linkAccount()}>Link Codex CLI's login</Button>
          </div>
        </div>
      )}
    </Step>
  );
}

function LoginStep(): ReactNode {
  const actions = useActions();
  const startAtLogin = useApp(({ settings }) => settings?.startAtLogin ?? null);
  if (startAtLogin !== null) {
    return (
      <Step title={startAtLogin ? 'Starts at login' : 'Does not start at login'} isDone number={2}>
        <p>Settings and the tray's menu change this.</p>
      </Step>
    );
  }
  return (
    <Step title="Start Slipstream at login?" isDone={false} number={2}>
      <p>It would start hidden, in the tray, so that your clients always find it.</p>
      <div className={classNames(layoutStyles.addButtons, styles.welcomeButtons)}>
        <Button variant="primary" onClick={() => void actions.changeSettings({ startAtLogin: true })}>
          Start at login
        </Button>
        <Button onClick={() => void actions.changeSettings({ startAtLogin: false })}>Not now</Button>
      </div>
    </Step>
  );
}
