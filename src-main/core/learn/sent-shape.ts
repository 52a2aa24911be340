import { randomUUID } from 'node:crypto';
import type { PresenceByTransport, ProfileRow } from '../../shared/learned-profile.ts';
import type { Transport } from '../../shared/model.ts';
import { parseJsonObject } from '../json.ts';
import { normalise } from '../normalise/normalise.ts';
import type { ProfileBook } from '../normalise/profiles/book.ts';
import { type Sample, sampleOf } from './samples.ts';

/** Which names go up for a client that is not Codex. */
export interface SentShape {
  presence(part: ProfileRow['part'], name: string): PresenceByTransport;
}

interface SentQuestion {
  readonly profiles: Pick<ProfileBook, 'forCodex' | 'forOthers'>;
  readonly originator: string;
}

/** Shapes the plainest request that another client could make, as the proxy would, and looks at what came of it. */
export function sentShape({ profiles, originator }: SentQuestion): SentShape {
  const sample = (transport: Transport, isFast: boolean): Sample => {
    const body = { model: 'gpt-5.5', input: [], stream: true, ...(isFast ? { service_tier: 'priority' } : {}) };
    const shaped = normalise({
      body,
      raw: Buffer.from(JSON.stringify(body)),
      headers: [['user-agent', 'client/1.0.0']],
      endpoint: 'responses',
      transport,
      policy: 'auto',
      sessionId: randomUUID(),
      account: { accessToken: 'token', accountId: 'account', routingOverride: null },
      tiersOf: () => ['priority'],
      originator,
      installationId: randomUUID(),
      turnId: randomUUID(),
      turnStartedAtMs: 0,
      platform: { os: 'System 1.0.0', arch: 'x86_64', terminal: 'terminal' },
      profiles,
    });
    return sampleOf(transport, shaped.headers, parseJsonObject(shaped.body.toString('utf8')) ?? {});
  };
  const samples = {
    ws: [sample('ws', false), sample('ws', true)],
    http: [sample('http', false), sample('http', true)],
  };
  const key = {
    header: 'headers',
    'body member': 'fields',
    'client metadata': 'clientMetadata',
    'turn metadata': 'turnMetadata',
  } as const;
  const over = (transport: Transport, part: ProfileRow['part'], name: string) => {
    const count = samples[transport].filter((each) => each[key[part]].has(name)).length;
    return count === 0 ? 'never' : count === samples[transport].length ? 'always' : 'sometimes';
  };
  return { presence: (part, name) => ({ ws: over('ws', part, name), http: over('http', part, name) }) };
}
