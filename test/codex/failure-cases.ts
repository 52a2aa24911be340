import type { SimulatedAccount } from '../../src-main/simulator/accounts/accounts.ts';
import type { AcceptFault, StreamFault } from '../../src-main/simulator/faults/fault-table.ts';
import type { FaultScope } from '../../src-main/simulator/faults/faults.ts';
import type { Rig } from '../support/slipstream.ts';

/** What goes wrong upstream, in words that follow "although". */
export interface FailureCase {
  readonly name: string;
  /** Accounts in the pool; the first is the one that a new session gets. */
  readonly accounts?: number;
  /** Plans it; called before the CLI starts. */
  arrange(rig: Rig): void;
}

/** The account that a new session gets. */
function firstAccount(rig: Rig): SimulatedAccount {
  const [account] = rig.simulator.accounts;
  if (account === undefined) throw new Error('the rig has no account');
  return account;
}

const status = (code: number, named?: string): AcceptFault => ({
  kind: 'status',
  status: code,
  ...(named === undefined ? {} : { code: named }),
});

const upgrade =
  (fault: AcceptFault, scope: FaultScope = {}) =>
  (rig: Rig) =>
    rig.simulator.faults.always('upgrade', fault, scope);
const post =
  (fault: AcceptFault, scope: FaultScope = {}) =>
  (rig: Rig) =>
    rig.simulator.faults.always('request', fault, scope);
const turn =
  (fault: StreamFault, scope: FaultScope = {}) =>
  (rig: Rig) =>
    rig.simulator.faults.always('turn', fault, scope);
const once: FaultScope = { count: 1 };

/** A failure that only the first of two accounts meets, every time. */
const onFirst = (name: string, arrange: (scope: FaultScope) => (rig: Rig) => void): FailureCase => ({
  name: `${name}, on the first of two accounts`,
  accounts: 2,
  arrange: (rig) => arrange({ accountId: firstAccount(rig).id })(rig),
});

/** What may happen to an account, whatever the transport. */
const accountCases: readonly FailureCase[] = [
  { name: 'its access token was revoked', arrange: (rig) => firstAccount(rig).invalidateAccess() },
  {
    name: 'its access token was revoked and the refresh is refused, with a second account',
    accounts: 2,
    arrange: (rig) => {
      firstAccount(rig).invalidateAccess();
      firstAccount(rig).spoilRefresh('invalidated');
    },
  },
  {
    name: 'its access token was revoked and the issuer is down, with a second account',
    accounts: 2,
    arrange: (rig) => {
      firstAccount(rig).invalidateAccess();
      rig.simulator.faults.always('issuer', status(503));
    },
  },
  {
    name: 'its quota is used up, with a second account',
    accounts: 2,
    arrange: (rig) => firstAccount(rig).exhaust(),
  },
];

/** Turns that break before any content, on either transport. */
const streamCases: readonly FailureCase[] = [
  { name: 'the connection is reset', arrange: turn({ kind: 'reset' }, once) },
  { name: 'the connection ends after the first events', arrange: turn({ kind: 'cut', afterEvents: 2 }, once) },
  { name: 'an event is not JSON', arrange: turn({ kind: 'malformed' }, once) },
  { name: 'an error event says 401', arrange: turn({ kind: 'error', status: 401 }, once) },
  { name: 'an error event says 429, to come back later', arrange: turn({ kind: 'error', status: 429 }, once) },
  { name: 'an error event says 500', arrange: turn({ kind: 'error', status: 500 }, once) },
  { name: 'an error event says that upstream is overloaded', arrange: turn({ kind: 'error', status: 503 }, once) },
  { name: 'the response fails with server_error', arrange: turn({ kind: 'failed' }, once) },
  {
    name: 'the response fails with server_error after it was created',
    arrange: turn({ kind: 'failed', afterEvents: 2 }, once),
  },
  { name: 'the response fails as overloaded', arrange: turn({ kind: 'failed', code: 'server_is_overloaded' }, once) },
  {
    name: 'the response fails with a rate limit, to try again in 1.2 s',
    arrange: turn({ kind: 'failed', code: 'rate_limit_exceeded', message: 'Please try again in 1.2s.' }, once),
  },
  onFirst('error events say 401', (scope) => turn({ kind: 'error', status: 401 }, scope)),
  onFirst('error events say 403', (scope) => turn({ kind: 'error', status: 403 }, scope)),
  onFirst('error events say 429', (scope) => turn({ kind: 'error', status: 429 }, scope)),
  onFirst('error events say that upstream is overloaded', (scope) => turn({ kind: 'error', status: 503 }, scope)),
  onFirst('error events name the usage limit', (scope) => turn({ kind: 'error', code: 'usage_limit_reached' }, scope)),
  onFirst('responses fail with the usage limit', (scope) =>
    turn({ kind: 'failed', code: 'usage_limit_reached' }, scope),
  ),
];

/** Failures of an upstream websocket (PROTOCOL.md, Websocket) that another attempt, transport or account absorbs. */
export const websocketCases: readonly FailureCase[] = [
  ...accountCases,
  ...streamCases,
  { name: 'an upgrade is answered 401', arrange: upgrade(status(401), once) },
  { name: 'an upgrade is answered 429, to come back later', arrange: upgrade(status(429), once) },
  { name: 'an upgrade is answered 500', arrange: upgrade(status(500), once) },
  { name: 'an upgrade is answered 503', arrange: upgrade(status(503), once) },
  { name: 'an upgrade is reset', arrange: upgrade({ kind: 'reset' }, once) },
  { name: 'every upgrade is answered 403', arrange: upgrade(status(403)) },
  { name: 'every upgrade is answered 404', arrange: upgrade(status(404)) },
  { name: 'every upgrade is answered 405', arrange: upgrade(status(405, 'method_not_allowed')) },
  { name: 'every upgrade is answered 426', arrange: upgrade(status(426)) },
  { name: 'every upgrade is answered 500', arrange: upgrade(status(500)) },
  { name: 'every upgrade is answered 503', arrange: upgrade(status(503)) },
  { name: 'every upgrade is reset', arrange: upgrade({ kind: 'reset' }) },
  { name: 'no upgrade is ever answered', arrange: upgrade({ kind: 'stall' }) },
  onFirst('upgrades are answered 401', (scope) => upgrade(status(401), scope)),
  onFirst('upgrades are answered 403', (scope) => upgrade(status(403), scope)),
  onFirst('upgrades are answered 429', (scope) => upgrade(status(429), scope)),
  {
    name: 'upgrades are refused for lack of quota, on the first of two accounts',
    accounts: 2,
    arrange: (rig) => firstAccount(rig).exhaust({ at: 'upgrade' }),
  },
  {
    name: 'the websocket is at its 60 min limit',
    arrange: turn({ kind: 'error', code: 'websocket_connection_limit_reached' }, once),
  },
  {
    name: 'the previous response is not found',
    arrange: turn({ kind: 'error', code: 'previous_response_not_found' }, once),
  },
  { name: 'the websocket ends without a goodbye (1006)', arrange: turn({ kind: 'cut' }, once) },
  ...[1000, 1001, 1011, 1012].map((code) => ({
    name: `the websocket is closed with ${code}`,
    arrange: turn({ kind: 'close', code }, once),
  })),
  { name: 'a frame is binary', arrange: turn({ kind: 'binary' }, once) },
  {
    name: 'every websocket breaks under its first frame',
    arrange: turn({ kind: 'close', code: 1011 }, { transport: 'ws', prewarms: true }),
  },
  {
    name: 'every websocket breaks under the first real frame',
    arrange: turn({ kind: 'close', code: 1011 }, { transport: 'ws' }),
  },
];

/** Failures of upstream's HTTP (PROTOCOL.md, HTTP) that another attempt or account absorbs. */
export const httpCases: readonly FailureCase[] = [
  ...accountCases,
  ...streamCases,
  { name: 'a POST is answered 401', arrange: post(status(401), once) },
  { name: 'a POST is answered 429, to come back later', arrange: post(status(429), once) },
  { name: 'a POST is answered 500', arrange: post(status(500), once) },
  { name: 'a POST is answered 503', arrange: post(status(503), once) },
  { name: 'a POST is reset', arrange: post({ kind: 'reset' }, once) },
  { name: 'the stream ends at once', arrange: turn({ kind: 'close', code: 1000 }, once) },
  onFirst('POSTs are answered 401', (scope) => post(status(401), scope)),
  onFirst('POSTs are answered 403', (scope) => post(status(403), scope)),
  onFirst('POSTs are answered 429', (scope) => post(status(429), scope)),
  onFirst('POSTs are answered 503', (scope) => post(status(503), scope)),
];

/** Prewarms that fail before the turn; only a websocket client sends them. */
export const prewarmCases: readonly FailureCase[] = [
  { fault: { kind: 'error', status: 400 }, name: 'the prewarm is refused with 400' },
  { fault: { kind: 'error', status: 500 }, name: 'the prewarm is refused with 500' },
  { fault: { kind: 'close', code: 1011 }, name: 'the websocket is closed under the prewarm' },
  { fault: { kind: 'close', code: 1000, afterCompletion: true }, name: 'the websocket is closed after the prewarm' },
  { fault: { kind: 'cut', afterCompletion: true }, name: 'the websocket ends without a goodbye after the prewarm' },
].map(({ name, fault }) => ({
  name,
  arrange: turn(fault as StreamFault, { count: 1, prewarms: true, when: ({ body }) => body?.generate === false }),
}));
