import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { SignInView } from '../../src-main/shared/account-model.ts';
import { useNow } from '../hooks/use-now.ts';
import { formatRelative } from '../lib/format.ts';
import { useActions, useApp } from '../stores/stores.ts';
import { Dot } from './badge.tsx';
import { Button, IconButton } from './button.tsx';
import { CopyButton } from './copy-button.tsx';
import fieldsStyles from './fields.module.css';
import { Icon } from './icons.tsx';
import layoutStyles from './layout.module.css';
import styles from './sign-in-part.module.css';
import { SignInWay } from './sign-in-way.tsx';
import textStyles from './text.module.css';

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
      <h3>Sign in with ChatGPT</h3>
      <p>With a sign-in of its own, Slipstream and the Codex CLI cannot sign each other out.</p>
      <div className={layoutStyles.addButtons}>
        <Button variant="primary" disabled={isStarting} onClick={() => void start('browser')}>
          Sign in with the browser
        </Button>
        <Button disabled={isStarting} onClick={() => void start('device')}>
          Use a device code
        </Button>
      </div>
      <SignInWay onChange={setProxy} />
      {last === null || last.message === null ? null : (
        <p className={styles.signInEnd} data-state={last.state} role="status">
          <Icon name={last.state === 'done' ? 'check' : 'info'} isBesideText />
          <span>{last.message}</span>
          <IconButton icon="close" label="Dismiss" onClick={() => void dismiss(last.id)} />
        </p>
      )}
    </div>
  );
}

function WaitingSignIn({ signIn }: { readonly signIn: SignInView }): ReactNode {
  const actions = useActions();
  const nowMs = useNow(1_000);
  const { id, method, url, userCode, expiresAt } = signIn;
  return (
    <div className={layoutStyles.addPart} role="status">
      <h3 className={styles.signInWaiting}>
        <Dot tone="accent" pulse />
        {method === 'browser' ? 'Waiting for the browser' : 'Waiting for the code to be entered'}
      </h3>
      {userCode === null ? null : (
        <div className={styles.userCode}>
          <code>{userCode}</code>
          <CopyButton iconOnly label="Copy the code" copy={() => actions.copyText(userCode, 'Code')} />
        </div>
      )}
      {url === null ? null : <SignInAddress url={url} isDevice={method === 'device'} />}
      {method === 'browser' ? <PasteAddress id={id} /> : null}
      <div className={layoutStyles.addButtons}>
        <Button onClick={() => void actions.cancelSignIn(id)}>Cancel the sign-in</Button>
        <span className={textStyles.faint}>ends {formatRelative(expiresAt, nowMs)}</span>
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
  const actions = useActions();
  const isDesktop = useApp((state) => state.app?.face === 'desktop');
  return (
    <>
      <p>
        {isDevice ? 'Enter it on this page, on any device:' : 'Sign in on this page; it should have opened by itself:'}
      </p>
      <div className={styles.signInAddress}>
        {isDesktop ? (
          <code>{shortAddress(url)}</code>
        ) : (
          <a href={url} target="_blank" rel="noreferrer">
            <code>{shortAddress(url)}</code>
          </a>
        )}
        <CopyButton iconOnly label="Copy the address" copy={() => actions.copyText(url, 'Address')} />
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
      <label htmlFor="sign-in-paste">
        Browser on another machine? Paste the address it ended on, even if the page did not load:
      </label>
      <div className={layoutStyles.addButtons}>
        <input
          id="sign-in-paste"
          className={fieldsStyles.textField}
          value={address}
          autoComplete="off"
          spellCheck={false}
          placeholder="http://localhost:1455/auth/callback?code=…"
          onChange={(event) => setAddress(event.target.value)}
        />
        <Button isSubmit disabled={address.trim() === ''}>
          Go on
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
