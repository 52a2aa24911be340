import { type ReactNode, useState } from 'react';
import type { SignInView } from '../../../src-main/shared/model.ts';
import { formatRelative } from '../../lib/format.ts';
import { useNow } from '../../lib/use-now.ts';
import { useActions, useApp } from '../../stores/stores.ts';
import { Dot } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Icon } from '../../ui/icons.tsx';

/** Signing in with an account of its own: the two ways to start, or the one under way. */
export function SignInPart(): ReactNode {
  const actions = useActions();
  const signIn = useApp((state) => state.signIn);
  const [isStarting, setStarting] = useState(false);
  if (signIn?.state === 'waiting') return <WaitingSignIn key={signIn.id} signIn={signIn} />;
  const start = async (method: SignInView['method']): Promise<void> => {
    setStarting(true);
    await actions.startSignIn(method);
    setStarting(false);
  };
  return (
    <div className="add-part">
      <h3>Sign in</h3>
      <p>With a sign-in of its own, Slipstream and the Codex CLI cannot sign each other out.</p>
      <div className="add-buttons">
        <Button variant="primary" disabled={isStarting} onClick={() => void start('browser')}>
          Sign in with the browser
        </Button>
        <Button disabled={isStarting} onClick={() => void start('device')}>
          Use a device code
        </Button>
      </div>
      {signIn === null || signIn.message === null ? null : (
        <p className={`sign-in-end sign-in-${signIn.state}`} role="status">
          <Icon name={signIn.state === 'done' ? 'check' : 'info'} />
          {signIn.message}
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
    <div className="add-part" role="status">
      <h3 className="sign-in-waiting">
        <Dot tone="accent" pulse />
        {method === 'browser' ? 'Waiting for the browser' : 'Waiting for the code to be entered'}
      </h3>
      {userCode === null ? null : (
        <div className="user-code">
          <code>{userCode}</code>
          <CopyButton iconOnly label="Copy the code" copy={() => actions.copyText(userCode, 'Code')} />
        </div>
      )}
      {url === null ? null : <SignInAddress url={url} isDevice={method === 'device'} />}
      {method === 'browser' ? <PasteAddress id={id} /> : null}
      <div className="add-buttons">
        <Button onClick={() => void actions.cancelSignIn(id)}>Cancel the sign-in</Button>
        <span className="faint">ends {formatRelative(expiresAt, nowMs)}</span>
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
      <div className="sign-in-address">
        {isDesktop ? (
          <code>{url}</code>
        ) : (
          <a href={url} target="_blank" rel="noreferrer">
            <code>{url}</code>
          </a>
        )}
        <CopyButton iconOnly label="Copy the address" copy={() => actions.copyText(url, 'Address')} />
      </div>
    </>
  );
}

function PasteAddress({ id }: { readonly id: string }): ReactNode {
  const actions = useActions();
  const [address, setAddress] = useState('');
  return (
    <form
      className="paste-address"
      onSubmit={(event) => {
        event.preventDefault();
        void actions.pasteSignIn(id, address);
      }}
    >
      <label htmlFor="sign-in-paste">
        Browser on another machine? Paste the address it ended on, even if the page did not load:
      </label>
      <div className="add-buttons">
        <input
          id="sign-in-paste"
          className="text-field"
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
    </form>
  );
}
