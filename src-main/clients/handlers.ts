import { homedir } from 'node:os';
import type { App } from '../app/app.ts';
import type { Host } from '../core/ports.ts';
import type { Redactor } from '../core/traces/redaction.ts';
import type { ClientHandlers } from '../shared/contract.ts';
import { SlipstreamError } from '../shared/errors.ts';
import { loadedOnce } from '../shared/loaded-once.ts';
import { SetupJournal } from './journal.ts';
import type { Surroundings } from './surroundings.ts';

interface ClientHandlerParts {
  readonly app: Pick<App, 'apiKey' | 'offered' | 'snapshot'>;
  readonly host: Host;
  readonly redactor: Redactor;
  /** The machine that clients are looked for on; tests bring their own. */
  readonly around?: Surroundings;
}

/**
 * The calls of the Clients screen, for both faces. What writes the files of other programs, a twelfth of the program, is loaded
 * when it is first asked; at start only where a crash left a set-up half done, which it ends.
 */
export function clientHandlers({ app, host, redactor, around }: ClientHandlerParts): ClientHandlers {
  const { clock, log, dataDir, troubles } = host;
  const journal = new SetupJournal(dataDir, troubles);
  const setup = loadedOnce(async () => {
    const { ClientSetup } = await import('./client-setup.ts');
    const { knownClients } = await import('./known-clients.ts');
    return new ClientSetup({
      definitions: knownClients,
      around: around ?? { platform: process.platform, env: process.env, homeDir: homedir() },
      journal,
      clock,
      log,
      redactor,
      target: () => {
        const { baseUrl, models } = app.offered();
        if (baseUrl === null) throw new SlipstreamError('instance_absent');
        return { baseUrl, models, apiKey: app.apiKey };
      },
    });
  });
  if (journal.hasUnfinished)
    void setup().catch((error: unknown) => log.warn('Client set-ups could not be looked at.', { error }));
  /** The demo is gone in a moment, and its backups with it. */
  const refuseDemo = () => {
    if (app.snapshot().app.demo) throw new SlipstreamError('client_demo');
  };
  return {
    'clients.list': async () => (await setup()).list(),
    'clients.plan': async ({ id, mode }) => (await setup()).plan(id, mode),
    'clients.snippet': async ({ id, mode }) => (await setup()).snippet(id, mode),
    'clients.apply': async ({ id, mode, hash, mayWriteOutside }) => {
      refuseDemo();
      return (await setup()).apply(id, mode, hash, mayWriteOutside ?? false);
    },
    'clients.undoPlan': async ({ id }) => (await setup()).undoPlan(id),
    'clients.undo': async ({ id, hash, mayWriteOutside }) => {
      refuseDemo();
      return (await setup()).undo(id, hash ?? null, mayWriteOutside ?? false);
    },
  };
}
