import { clientHandlers } from '../../src-main/clients/handlers.ts';
import type { Host } from '../../src-main/core/ports.ts';
import { Redactor } from '../../src-main/core/traces/redaction.ts';
import type { ClientHandlers } from '../../src-main/shared/contract.ts';
import { realClock, recordingLog } from './host.ts';
import { offeredModel } from './offered-model.ts';

export const clientKey = 'local-key-0123456789abcdef';

interface ClientPlace {
  readonly homeDir: string;
  readonly dataDir: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly baseUrl?: () => string | null;
  readonly isDemo?: boolean;
}

/** The calls of the Clients screen on a home of its own, as a start of the program makes them. */
export function clientsOn(place: ClientPlace): ClientHandlers {
  const { homeDir, dataDir, env = {}, baseUrl = () => 'http://127.0.0.1:2575', isDemo = false } = place;
  const app = {
    apiKey: clientKey,
    offered: () => ({
      baseUrl: baseUrl(),
      models: [offeredModel({ slug: 'gpt-5.5', name: 'GPT-5.5', contextTokens: 272_000, rank: 1 })],
    }),
    snapshot: () => ({ app: { demo: isDemo } }),
  } as unknown as Parameters<typeof clientHandlers>[0]['app'];
  const host = { clock: realClock, log: recordingLog(), dataDir } as unknown as Host;
  return clientHandlers({ app, host, redactor: new Redactor(), around: { platform: process.platform, env, homeDir } });
}

/** Plans and writes. */
export async function applyClient(handlers: ClientHandlers, id: string, mode: string) {
  const { hash } = await handlers['clients.plan']({ id, mode });
  return handlers['clients.apply']({ id, mode, hash });
}
