import { type ReactNode, useEffect, useRef, useState } from 'react';
import { classNames } from '../../lib/class-names.ts';
import { useActions, useApp, useWords } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import cardStyles from '../../ui/card.module.css';
import { Icon } from '../../ui/icons.tsx';
import layoutStyles from '../../ui/layout.module.css';
import { Logo } from '../../ui/logo.tsx';
import { RichText } from '../../ui/rich-text.tsx';
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
  const { t } = useWords();
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
          {t('welcome.title')}
        </h1>
        <p>{t('welcome.intro')}</p>
      </header>
      <ol className={classNames(cardStyles.card, styles.welcomeSteps)}>
        <AccountStep />
        <LoginStep />
      </ol>
      <footer className={styles.welcomeFoot}>
        <Button variant={isAsked ? 'primary' : 'plain'} makesCall={!isAsked} onClick={() => void leave()}>
          {t('welcome.done')}
        </Button>
        {isAsked ? null : <span className={textStyles.faint}>{t('welcome.done.note')}</span>}
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
  const { t, format } = useWords();
  const actions = useActions();
  const accounts = useApp((state) => state.accounts);
  const isWaiting = useApp((state) => state.signIn?.state === 'waiting');
  if (accounts.length > 0) {
    return (
      <Step title={t('welcome.account.ready')} isDone number={1}>
        <p>{format.list(accounts.map(({ label }) => label))}</p>
      </Step>
    );
  }
  return (
    <Step title={t('welcome.account')} isDone={false} number={1}>
      <p>{t('welcome.account.why')}</p>
      <SignInPart />
      {isWaiting ? null : (
        <div className={layoutStyles.addPart}>
          <h3>{t('welcome.link')}</h3>
          <p>
            <RichText id="welcome.link.how" with={{ code: (text) => <code>{text}</code> }} />
          </p>
          <div className={layoutStyles.addButtons}>
            <Button makesCall onClick={() => void actions.linkAccount()}>
              {t('overview.accounts.link')}
            </Button>
          </div>
        </div>
      )}
    </Step>
  );
}

function LoginStep(): ReactNode {
  const { t } = useWords();
  const actions = useActions();
  const startAtLogin = useApp(({ settings }) => settings?.startAtLogin ?? null);
  if (startAtLogin !== null) {
    return (
      <Step title={startAtLogin ? t('welcome.login.is') : t('welcome.login.isNot')} isDone number={2}>
        <p>{t('welcome.login.change')}</p>
      </Step>
    );
  }
  return (
    <Step title={t('welcome.login')} isDone={false} number={2}>
      <p>{t('welcome.login.how')}</p>
      <div className={classNames(layoutStyles.addButtons, styles.welcomeButtons)}>
        <Button variant="primary" makesCall onClick={() => void actions.changeSettings({ startAtLogin: true })}>
          {t('welcome.login.yes')}
        </Button>
        <Button makesCall onClick={() => void actions.changeSettings({ startAtLogin: false })}>
          {t('welcome.login.no')}
        </Button>
      </div>
    </Step>
  );
}
