import { homedir } from 'node:os';
import type { App } from '../app/app.ts';
import type { Host } from '../core/ports.ts';
import type { Redactor } from '../core/traces/redaction.ts';
import type { ClientHandlers } from '../shared/contract.ts';
import { SlipstreamError } from '../shared/errors.ts';
import { ClientSetup } from './client-setup.ts';
import { knownClients } from './known-clients.ts';
import type { Surroundings } from './surroundings.ts';

interface ClientHandlerParts {
  readonly app: Pick<App, 'apiKey' | 'offered' | 'snapshot'>;
  readonly host: Host;
  readonly redactor: Redactor;
  /** The machine that clients are looked for on; tests bring their own. */
  readonly around?: Surroundings;
}

/** The calls of the Clients screen, for both faces. Made at start, since it ends what a crash left half done. */
export function clientHandlers({ app, host, redactor, around }: ClientHandlerParts): ClientHandlers {
  const { clock, log, dataDir, troubles } = host;
  const setup = new ClientSetup({
    definitions: knownClients,
    around: around ?? { platform: process.platform, env: process.env, homeDir: homedir() },
    dataDir,
    troubles,
    clock,
    log,
    redactor,
    target: () => {
      const { baseUrl, models } = app.offered();
      if (baseUrl === null) throw new SlipstreamError('instance_absent');
      return { baseUrl, models, apiKey: app.apiKey };
    },
  });
  /** The demo is gone in a moment, and its backups with it. */
  const refuseDemo = () => {
    if (app.snapshot().app.demo) throw new SlipstreamError('client_demo');
  };
  return {
    'clients.list': () => setup.list(),
    'clients.plan': ({ id, mode }) => setup.plan(id, mode),
    'clients.snippet': ({ id, mode }) => setup.snippet(id, mode),
    'clients.apply': ({ id, mode, hash, mayWriteOutside }) => {
      refuseDemo();
      return setup.apply(id, mode, hash, mayWriteOutside ?? false);
    },
    'clients.undoPlan': ({ id }) => setup.undoPlan(id),
    'clients.undo': ({ id, hash, mayWriteOutside }) => {
      refuseDemo();
      return setup.undo(id, hash ?? null, mayWriteOutside ?? false);
    },
  };
}
