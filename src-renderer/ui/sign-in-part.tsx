import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { SignInView } from '../../src-main/shared/account-model.ts';
import { useNow } from '../hooks/use-now.ts';
import { useActions, useApp, useWords } from '../stores/stores.ts';
import { Dot } from './badge.tsx';
import { Button, IconButton } from './button.tsx';
import { CopyButton } from './copy-button.tsx';
import { Icon } from './icons.tsx';
import layoutStyles from './layout.module.css';
import styles from './sign-in-part.module.css';
import { SignInWay } from './sign-in-way.tsx';
import textStyles from './text.module.css';
import { TextField } from './text-field.tsx';

/** Signing in with an account of its own: the two ways to start, or the one under way. */
export function SignInPart(): ReactNode {
  const signIn = useApp((state) => state.signIn);
  const place = useRef<HTMLDivElement>(null);
  const isWaiting = signIn?.state === 'waiting';
  const wasWaiting = useRef(isWaiting);
  useEffect(() => {
    if (wasWaiting.current === isWaiting) return;
    wasWaiting.current = isWaiting;
    // The button that had the focus is gone: the keyboard goes on where it was.
    if (document.activeElement === document.body) place.current?.focus({ preventScroll: true });
    // It may have been started from a card far above.
    if (isWaiting) place.current?.scrollIntoView({ block: 'nearest' });
  }, [isWaiting]);
  return (
    <div className={styles.signInPlace} ref={place} tabIndex={-1}>
      {isWaiting ? <WaitingSignIn key={signIn.id} signIn={signIn} /> : <StartSignIn last={signIn} />}
    </div>
  );
}

function StartSignIn({ last }: { readonly last: SignInView | null }): ReactNode {
  const { t, told } = useWords();
  const actions = useActions();
  const [isStarting, setStarting] = useState(false);
  const [proxy, setProxy] = useState('');
  const start = async (method: SignInView['method']): Promise<void> => {
    setStarting(true);
    await actions.startSignIn(method, proxy === '' ? {} : { proxyUrl: proxy });
    setStarting(false);
  };
  const part = useRef<HTMLDivElement>(null);
  const dismiss = async (id: string): Promise<void> => {
    // The button goes away with its message: the keyboard goes on from here.
    part.current?.focus({ preventScroll: true });
    await actions.dismissSignIn(id);
  };
  return (
    <div className={layoutStyles.addPart} ref={part} tabIndex={-1}>
      <h3>{t('signIn.title')}</h3>
      <p>{t('signIn.why')}</p>
      <div className={layoutStyles.addButtons}>
        <Button variant="primary" makesCall disabled={isStarting} onClick={() => void start('browser')}>
          {t('signIn.browser')}
        </Button>
        <Button makesCall disabled={isStarting} onClick={() => void start('device')}>
          {t('signIn.device')}
        </Button>
      </div>
      <SignInWay onChange={setProxy} />
      {last === null || last.message === null ? null : (
        <p className={styles.signInEnd} data-state={last.state} role="status">
          <Icon name={last.state === 'done' ? 'check' : 'info'} isBesideText />
          <span>{told(last.message)}</span>
          <IconButton icon="close" label={t('ui.dismiss')} makesCall onClick={() => void dismiss(last.id)} />
        </p>
      )}
    </div>
  );
}

function WaitingSignIn({ signIn }: { readonly signIn: SignInView }): ReactNode {
  const { t, format } = useWords();
  const actions = useActions();
  const nowMs = useNow(1_000);
  const { id, method, url, userCode, expiresAt } = signIn;
  return (
    <div className={layoutStyles.addPart} role="status">
      <h3 className={styles.signInWaiting}>
        <Dot tone="accent" pulse />
        {t(method === 'browser' ? 'signIn.waiting.browser' : 'signIn.waiting.device')}
      </h3>
      {userCode === null ? null : (
        <div className={styles.userCode}>
          <code>{userCode}</code>
          <CopyButton iconOnly label={t('signIn.code.copy')} copy={() => actions.copyText(userCode, 'signIn.code')} />
        </div>
      )}
      {url === null ? null : <SignInAddress url={url} isDevice={method === 'device'} />}
      {method === 'browser' ? <PasteAddress id={id} /> : null}
      <div className={layoutStyles.addButtons}>
        <Button makesCall onClick={() => void actions.cancelSignIn(id)}>
          {t('signIn.cancel')}
        </Button>
        <span className={textStyles.faint}>{t('signIn.ends', { when: format.relative(expiresAt, nowMs) })}</span>
      </div>
    </div>
  );
}

interface SignInAddressProps {
  readonly url: string;
  readonly isDevice: boolean;
}

/** The desktop window opens no pages; there, the program has opened it, or the address is copied. */
function SignInAddress({ url, isDevice }: SignInAddressProps): ReactNode {
  const { t } = useWords();
  const actions = useActions();
  const isDesktop = useApp((state) => state.app?.face === 'desktop');
  return (
    <>
      <p>{isDevice ? t('signIn.page.device') : t('signIn.page.browser')}</p>
      <div className={styles.signInAddress}>
        {isDesktop ? (
          <code>{shortAddress(url)}</code>
        ) : (
          <a href={url} target="_blank" rel="noreferrer">
            <code>{shortAddress(url)}</code>
          </a>
        )}
        <CopyButton iconOnly label={t('signIn.address.copy')} copy={() => actions.copyText(url, 'signIn.address')} />
      </div>
    </>
  );
}

/** Enough to see where it leads; the query is long and says nothing to a person. */
function shortAddress(url: string): string {
  const queryAt = url.indexOf('?');
  return queryAt < 0 ? url : `${url.slice(0, queryAt)}?…`;
}

/** A refusal is told beside the field, since the next try is made there. */
function PasteAddress({ id }: { readonly id: string }): ReactNode {
  const { t } = useWords();
  const actions = useActions();
  const [address, setAddress] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const paste = async (): Promise<void> => {
    const result = await actions.request('signIn.paste', { id, url: address.trim() });
    setProblem(result.ok ? null : result.error.message);
  };
  return (
    <form
      className={styles.pasteAddress}
      onSubmit={(event) => {
        event.preventDefault();
        void paste();
      }}
    >
      <label htmlFor="sign-in-paste">{t('signIn.paste')}</label>
      <div className={layoutStyles.addButtons}>
        <TextField
          id="sign-in-paste"
          value={address}
          placeholder="http://localhost:1455/auth/callback?code=…"
          onChange={(event) => setAddress(event.target.value)}
        />
        <Button isSubmit makesCall disabled={address.trim() === ''}>
          {t('signIn.paste.go')}
        </Button>
      </div>
      {problem === null ? null : (
        <p className={styles.signInEnd} data-state="failed" role="alert">
          <Icon name="warning" isBesideText />
          {problem}
        </p>
      )}
    </form>
  );
}
