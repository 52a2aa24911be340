import type { Attempt, AttemptOutcome, UpstreamRequest } from '../../src-main/core/upstream/attempt.ts';
import { SocketPool } from '../../src-main/core/upstream/pool.ts';
import { defaultPoolLimits, type PoolLimits } from '../../src-main/core/upstream/pool-limits.ts';
import { ProxyRoutes } from '../../src-main/core/upstream/proxy.ts';
import type { WireEvent } from '../../src-main/core/wire-event.ts';
import type { RawHeader } from '../../src-main/shared/model.ts';
import type { SimulatedAccount } from '../../src-main/simulator/accounts/accounts.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../src-main/simulator/simulator.ts';
import { type FakeClock, fakeClock } from '../unit/fake-clock.ts';
import { frameOf, upgradeHeaders } from './simulator-client.ts';

/** A turn on the pool, from outside. */
export interface PoolTurn extends Attempt {
  readonly outcome: Promise<AttemptOutcome>;
  readonly events: WireEvent[];
  /** Whether its socket was open before; null while it has none. */
  readonly reused: () => boolean | null;
  /** The steps that getting its socket took. */
  readonly steps: () => readonly string[];
}

interface TurnOptions extends Partial<UpstreamRequest> {
  readonly text?: string;
  readonly onEvent?: (event: WireEvent) => void;
}

export interface PoolRig {
  readonly pool: SocketPool;
  readonly clock: FakeClock;
  readonly simulator: Simulator;
  /** Starts a turn; `key` names its socket. */
  turn(key: string, more?: TurnOptions): PoolTurn;
  /** Opens a socket ahead of the turns of a key. */
  open(key: string, signal?: AbortSignal): ReturnType<SocketPool['warm']>;
  /** The frames upstream got, as the texts they carry. */
  connections(): number[];
  stop(): Promise<void>;
}

/** The pool alone in front of the simulator, with small limits and a clock that only a test moves. */
export async function startPool(
  limits: Partial<PoolLimits> = {},
  options: Partial<SimulatorOptions> = {},
): Promise<PoolRig> {
  const simulator = await startSimulator(options);
  const accounts = new Map<string, SimulatedAccount>();
  const clock = fakeClock();
  const proxies = new ProxyRoutes(() => null, clock);
  const pool = new SocketPool(clock, proxies, { ...defaultPoolLimits, ...limits });
  const accountOf = (id: string) => {
    const account = accounts.get(id) ?? simulator.addAccount();
    accounts.set(id, account);
    return account;
  };
  const upgradeOf = (accountId: string) => ({
    baseUrl: simulator.upstreamUrl,
    headers: Object.entries(upgradeHeaders(accountOf(accountId))) as RawHeader[],
    accountId,
    isOneOff: false,
  });
  return {
    pool,
    clock,
    simulator,
    open: (key, signal = new AbortController().signal) => pool.warm({ ...upgradeOf('a'), socketKey: key }, signal),
    turn: (key, { text = 'Reply with exactly: ok', onEvent = () => {}, ...more } = {}) => {
      const accountId = more.accountId ?? 'a';
      const events: WireEvent[] = [];
      const { promise, resolve, reject } = Promise.withResolvers<AttemptOutcome>();
      let reused: boolean | null = null;
      let steps: readonly string[] = [];
      const extended = more.previousResponseId ?? null;
      const body = frameOf(text, extended === null ? {} : { previous_response_id: extended });
      const attempt = pool.start(
        {
          ...upgradeOf(accountId),
          path: '/responses',
          body: Buffer.from(JSON.stringify(body)),
          socketKey: key,
          previousResponseId: null,
          wantsNewSocket: false,
          mayReplace: () => true,
          ...more,
        },
        {
          connection: (info) => {
            steps = info.phases.map(({ name }) => name);
          },
          ready: (info) => {
            reused = info.reused;
          },
          sent: () => {},
          event: (event) => {
            events.push(event);
            onEvent(event);
          },
          ended: resolve,
          failed: reject,
        },
      );
      return { outcome: promise, events, reused: () => reused, steps: () => steps, ...attempt };
    },
    connections: () => simulator.log.frames.map(({ connection }) => connection),
    stop: async () => {
      pool.closeAll();
      await proxies.close();
      await simulator.stop();
    },
  };
}

/** The id of the response a turn completed. */
export function completedId(turn: PoolTurn): string {
  const final = JSON.parse(String(turn.events.at(-1)?.data));
  return final.response.id;
}
