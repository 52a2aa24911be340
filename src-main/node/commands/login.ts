import { createInterface } from 'node:readline';
import type { SignInView } from '../../shared/account-model.ts';
import type { Bridge } from '../../shared/contract.ts';
import { SlipstreamError } from '../../shared/errors.ts';
import type { CommandContext } from '../context.ts';
import type { CommonOptions } from '../options.ts';
import { onStopSignal } from '../stop-signals.ts';
import { call, withBridge } from './with-bridge.ts';

/** Exit code of a program that Ctrl-C ended, as shells have it. */
const interrupted = 130;

/** Signs an account in, with the browser or with a code to enter on another machine. Ctrl-C cancels. */
export async function login(
  options: CommonOptions & { readonly device?: true; readonly proxy?: string },
  context: CommandContext,
): Promise<number> {
  const signIn = async (bridge: Bridge): Promise<number> => {
    const view = await call(bridge, 'signIn.start', {
      method: options.device ? 'device' : 'browser',
      ...(options.proxy === undefined ? {} : { proxyUrl: options.proxy }),
    });
    // Listening before it is said: Ctrl-C may come with the first line.
    const stopListening = listenToTerminal(view, bridge, context);
    for (const line of instructions(view)) context.print(line);
    try {
      const ended = await call(bridge, 'signIn.wait', { id: view.id });
      if (ended.state === 'done') {
        context.print(ended.message ?? 'Signed in.');
        return 0;
      }
      context.complain(`slipstream: ${ended.message ?? 'The sign-in failed.'}`);
      return ended.state === 'cancelled' ? interrupted : 1;
    } finally {
      stopListening();
    }
  };
  return withBridge(options, context, signIn, 'A sign-in is waiting');
}

function instructions({ method, url, userCode }: SignInView): readonly string[] {
  return method === 'device'
    ? [
        `Open ${url} on any device, sign in, and enter this code:`,
        '',
        `  ${userCode}`,
        '',
        'Waiting (Ctrl-C cancels) …',
      ]
    : [
        'Your browser opens the sign-in page. If it does not, open this address yourself:',
        '',
        `${url}`,
        '',
        'If the browser runs on another machine, paste the address it ends on here.',
        'Waiting (Ctrl-C cancels) …',
      ];
}

/** Ctrl-C cancels; a line that is typed or pasted is the address the browser ended on. */
function listenToTerminal(view: SignInView, bridge: Bridge, context: CommandContext): () => void {
  const cancel = () => void bridge.invoke('signIn.cancel', { id: view.id });
  const stopHearing = onStopSignal(cancel);
  const lines = view.method === 'browser' && process.stdin.isTTY ? createInterface({ input: process.stdin }) : null;
  lines?.on('line', (line) => {
    if (line.trim() === '') return;
    call(bridge, 'signIn.paste', { id: view.id, url: line.trim() }).catch((thrown: unknown) => {
      context.complain(thrown instanceof SlipstreamError ? thrown.message : String(thrown));
    });
  });
  lines?.on('SIGINT', cancel);
  return () => {
    stopHearing();
    lines?.close();
  };
}
