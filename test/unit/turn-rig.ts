import { ProfileBook } from '../../src-main/core/normalise/profiles/book.ts';
import { silentAttempt } from '../../src-main/core/silent-watcher.ts';
import { Chains } from '../../src-main/core/turn/chains.ts';
import type { TurnContext } from '../../src-main/core/turn/context.ts';
import { Issuers } from '../../src-main/core/turn/issuers.ts';
import { KnownBodies } from '../../src-main/core/turn/known-bodies.ts';
import { Sessions } from '../../src-main/core/turn/sessions.ts';
import { Spares } from '../../src-main/core/turn/spares.ts';
import { ToldItems } from '../../src-main/core/turn/told-items.ts';
import { TransportMemory } from '../../src-main/core/turn/transport-memory.ts';
import type {
  AttemptEnd,
  AttemptStart,
  ExchangeStart,
  ExchangeWatch,
  NormalisedNote,
} from '../../src-main/core/watch.ts';
import type { AccountStrategy } from '../../src-main/shared/account-model.ts';
import { recordingLog } from '../support/host.ts';
import { account, accountsInMemory } from './account-fixtures.ts';
import { fakeClock } from './fake-clock.ts';
import { installationId } from './normalise-question.ts';

/** What those who watch were told of one exchange. */
export interface Watched {
  readonly begun: ExchangeStart[];
  readonly marks: string[];
  readonly sessions: string[];
  readonly accounts: string[];
  readonly normalised: NormalisedNote[];
  readonly waits: string[];
  readonly quota: number[];
  readonly committed: (number | null)[];
  readonly attempts: (AttemptStart & { readonly notes: string[]; readonly ends: AttemptEnd[] })[];
  readonly ended: unknown[];
}

function watched(): { readonly told: Watched; readonly watch: ExchangeWatch } {
  const told: Watched = {
    begun: [],
    marks: [],
    sessions: [],
    accounts: [],
    normalised: [],
    waits: [],
    quota: [],
    committed: [],
    attempts: [],
    ended: [],
  };
  const watch: ExchangeWatch = {
    mark: (name) => void told.marks.push(name),
    session: (id) => void told.sessions.push(id),
    account: ({ id }) => void told.accounts.push(id),
    normalised: (note) => void told.normalised.push(note),
    attempt: (start) => {
      const notes: string[] = [];
      const ends: AttemptEnd[] = [];
      told.attempts.push({ ...start, notes, ends });
      return {
        ...silentAttempt,
        connected: () => void notes.push('connected'),
        ready: ({ status }) => void notes.push(`ready ${status}`),
        sent: () => void notes.push('sent'),
        ended: (end) => void ends.push(end),
      };
    },
    frame: () => {},
    waits: (name) => {
      told.waits.push(name);
      return () => void told.waits.push(`${name} over`);
    },
    ownShareMs: () => null,
    quota: (percent) => void told.quota.push(percent),
    committed: (status) => void told.committed.push(status),
    finalEvent: () => {},
    ended: (status, error) => void told.ended.push([status, error]),
  };
  return { told, watch };
}

/** Of a refresher that has not failed. */
export const noBackOff = () => Number.NEGATIVE_INFINITY;

/** Everything a turn depends on, in memory: real accounts `a`, `b`, …, taken in that order, and an upstream that the test plays. */
/** A model of its own has the ending of an alias. */
const tiersOf = (slug: string) => (slug.endsWith('-fast') && slug !== 'own-fast' ? null : ['priority']);

export async function turnRig(names = 'a', more: Partial<TurnContext> = {}) {
  const clock = fakeClock();
  const log = recordingLog();
  const { told, watch } = watched();
  const policy = { strategy: 'fill-first' as AccountStrategy, pinnedAccountId: null };
  const { store, accounts } = accountsInMemory(clock, { policy: () => policy });
  for (const name of names) await accounts.add(account(name));
  /** Turns that an account runs now. */
  const running: string[] = [];
  const { turnBegins } = accounts;
  accounts.turnBegins = (id) => {
    const over = turnBegins.call(accounts, id);
    running.push(id);
    return () => {
      over();
      running.splice(running.indexOf(id), 1);
    };
  };
  const renewed: string[] = [];
  const parts = {
    accounts,
    refresher: {
      ready: async (given) => given,
      refresh: async (given, reason) => {
        renewed.push(`${given.id} ${reason}`);
        return given;
      },
      backOffUntilMs: noBackOff,
    } as Pick<TurnContext['refresher'], 'ready' | 'refresh' | 'backOffUntilMs'> as TurnContext['refresher'],
    pool: { hasRoom: () => true, holdsChain: () => true } as unknown as TurnContext['pool'],
    http: {} as TurnContext['http'],
    catalogue: { tiersOf, levelsOf: () => null } as unknown as TurnContext['catalogue'],
    routingOverride: async () => null,
    watcher: {
      begin: (start) => {
        told.begun.push(start);
        return watch;
      },
    },
    clock,
    log,
    upstreamUrl: 'http://upstream.test/codex',
    scrub: (value) => value,
    platform: { os: 'Debian 12.0.0', arch: 'x86_64', terminal: 'xterm' },
    newestVersion: { see: () => {} } as unknown as TurnContext['newestVersion'],
    profiles: new ProfileBook({ newestVersion: () => '0.171.0', choice: () => 'newest', learned: () => [] }),
    settings: () => ({ fastPolicy: 'auto', originator: 'codex-toy-app-server', installationId }),
    sessions: new Sessions(),
    mayKeepSpares: () => false,
    readResting: async () => {},
    ...more,
  } satisfies Omit<
    TurnContext,
    'chains' | 'knownBodies' | 'toldItems' | 'issuers' | 'transports' | 'spares' | 'lastTiers'
  >;
  const context: TurnContext = {
    chains: new Chains(),
    knownBodies: new KnownBodies(),
    toldItems: new ToldItems(),
    issuers: new Issuers(),
    transports: new TransportMemory(clock, (id, over) => accounts.note(id, { overHttp: over })),
    spares: new Spares(parts),
    lastTiers: new Map() as unknown as TurnContext['lastTiers'],
    ...parts,
  };
  return { context, accounts, store, clock, log, told, watch, running, renewed };
}

export type TurnRig = Awaited<ReturnType<typeof turnRig>>;

/** A context whose refresher rejects for account a: at once, or at a renewal alone. */
export function refusingRefresher(where: 'ready' | 'refresh', thrown: unknown): Partial<TurnContext> {
  const rejects = async (given: { readonly id: string }) => {
    if (given.id === 'a') throw thrown;
    return given;
  };
  const ready = async (given: unknown) => given;
  const refresher = { ready, backOffUntilMs: noBackOff, refresh: rejects, [where]: rejects };
  return { refresher } as unknown as Partial<TurnContext>;
}
