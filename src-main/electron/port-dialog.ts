import { dialog } from 'electron';
import { SlipstreamError } from '../shared/errors.ts';
import type { Translate } from '../shared/words/words.ts';

interface Listening {
  readonly port: number;
  readonly baseUrl: string;
}

/** What a click on each button means; the first is the default, the last is what closing the dialog means. */
const choices = ['tryAgain', 'freePort', 'quit'] as const;

/**
 * Starts the proxy. A taken port is never replaced silently, since clients point at it: the user chooses the next step.
 * Null: the user quits.
 */
export async function listenOrAsk(
  listen: (port?: number) => Promise<Listening>,
  port: number,
  t: Translate,
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
      message: t('dialog.port', { port: String(port) }),
      detail: t('dialog.port.detail'),
      buttons: choices.map((choice) => t(`dialog.${choice}`)),
      defaultId: 0,
      cancelId: choices.length - 1,
      noLink: true,
    });
    const chosen = choices[response] ?? 'quit';
    if (chosen === 'quit') return null;
    wanted = chosen === 'tryAgain' ? port : 0;
  }
}
