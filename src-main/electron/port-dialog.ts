import { dialog } from 'electron';
import { SlipstreamError } from '../shared/errors.ts';

interface Listening {
  readonly port: number;
  readonly baseUrl: string;
}

/** What a click on each button means; the first is the default, the last is what closing the dialog means. */
const buttons = ['Try again', 'Use a free port this time', 'Quit'] as const;

/**
 * Starts the proxy. A taken port is never replaced silently, since clients point at it: the user chooses the next step.
 * Null: the user quits.
 */
export async function listenOrAsk(
  listen: (port?: number) => Promise<Listening>,
  port: number,
): Promise<Listening | null> {
  let wanted = port;
  while (true) {
    try {
      return await listen(wanted);
    } catch (thrown) {
      if (!(thrown instanceof SlipstreamError) || thrown.code !== 'port_taken') throw thrown;
    }
    const { response } = await dialog.showMessageBox({
      type: 'warning',
      title: 'Slipstream',
      message: `Port ${port} is taken by another program.`,
      detail:
        'Clients are set up to find Slipstream there. Stop the other program and try again; another Slipstream or a ' +
        `proxy of the same kind is the usual one. On a free port, clients have to be pointed at the new base URL. ` +
        '"--port" chooses another one for good.',
      buttons: [...buttons],
      defaultId: 0,
      cancelId: buttons.length - 1,
      noLink: true,
    });
    const chosen = buttons[response] ?? 'Quit';
    if (chosen === 'Quit') return null;
    wanted = chosen === 'Try again' ? port : 0;
  }
}
