import { cutText } from '../../shared/cut-text.ts';
import type { LabArm, LabPair, LabTurn } from '../../shared/lab.ts';
import type { CoinRecord, CoinSession } from './coin-record.ts';
import { makePair } from './pairs.ts';
import { seededRandom } from './seeded-random.ts';

/** Ordinary sessions in twos, the tier of each by coin. Pure: each step makes a new record. Times are epoch ms. */

/** A session is over for the coin once nothing has happened in it for so long; it keeps its tier for good. */
export const idleMs = 30 * 60_000;
const longestMs = 12 * 60 * 60_000;
/** Of sessions and of pairs that were lost, the latest: more than any verdict could stand, and few enough for a file. */
const mostLost = 100;
const mostFailureChars = 200;

/** What a turn that has ended says to the coin. */
export interface CoinTurn {
  readonly sessionId: string;
  readonly tierSent: string | null;
  /** Null where it did not complete, or nothing can be measured of it. */
  readonly measured: { readonly spanMs: number; readonly outputTokens: number } | null;
  readonly failure: string | null;
}

const isLost = ({ isOver, turns }: CoinSession) => isOver && turns === 0;
const isLostPair = ({ effectPercent }: LabPair) => effectPercent === null;
const other = (side: LabArm): LabArm => (side === 'standard' ? 'priority' : 'standard');

/** The arm that begins a two: the seed's coins, one for each. */
function firstArm(seed: number, two: number): LabArm {
  const random = seededRandom(seed);
  for (let before = 0; before < two; before += 1) random();
  return random() < 0.5 ? 'standard' : 'priority';
}

/** Where the next session would stand: in a two that lacks one, or in a new one. Null where there are enough. */
export function nextPlace({
  sessions,
  seed,
  request,
  endedAt,
}: CoinRecord): { readonly two: number; readonly side: LabArm } | null {
  if (endedAt !== null) return null;
  const twos = sessions.length === 0 ? 0 : Math.max(...sessions.map(({ two }) => two)) + 1;
  for (let two = 0; two < twos; two += 1) {
    const held = sessions.filter((session) => session.two === two && !isLost(session));
    const [one] = held;
    if (held.length === 1 && one !== undefined) return { two, side: other(one.side) };
    if (held.length === 0) return { two, side: firstArm(seed, two) };
  }
  return twos < request.pairs ? { two: twos, side: firstArm(seed, twos) } : null;
}

/** What the coin fell on for a session; null where it was not thrown. It stays so when the coin is left or decided. */
export function sideOf({ sessions }: CoinRecord, sessionId: string): LabArm | null {
  return sessions.find(({ id }) => id === sessionId)?.side ?? null;
}

/** Throws the coin for a session that begins. The same record where there are enough. */
export function thrown(record: CoinRecord, sessionId: string, nowMs: number): CoinRecord {
  const place = nextPlace(record);
  if (place === null || sideOf(record, sessionId) !== null) return record;
  const session: CoinSession = {
    id: sessionId,
    ...place,
    startedAt: nowMs,
    lastAt: nowMs,
    turns: 0,
    spanMs: 0,
    outputTokens: 0,
    asFell: 0,
    failure: null,
    isOver: false,
  };
  return { ...record, sessions: [...record.sessions, session] };
}

/** What is sent where the coin's word counts. */
export function tierOfSide(side: LabArm, tier: string): string | null {
  return side === 'priority' ? tier : null;
}

/** Takes a turn in, whatever tier it had: a session counts as the coin fell. */
export function withTurn(record: CoinRecord, turn: CoinTurn, nowMs: number): CoinRecord {
  const { tier } = record.request;
  const changed = (session: CoinSession): CoinSession => ({
    ...session,
    lastAt: nowMs,
    failure: turn.failure === null ? session.failure : cutText(turn.failure, mostFailureChars),
    ...(turn.measured === null
      ? {}
      : {
          turns: session.turns + 1,
          spanMs: session.spanMs + turn.measured.spanMs,
          outputTokens: session.outputTokens + turn.measured.outputTokens,
          asFell: session.asFell + (turn.tierSent === tierOfSide(session.side, tier) ? 1 : 0),
        }),
  });
  return changeSession(record, turn.sessionId, changed);
}

/** A session goes on: a turn of it has begun. */
export function touched(record: CoinRecord, sessionId: string, nowMs: number): CoinRecord {
  return changeSession(record, sessionId, (session) => ({ ...session, lastAt: nowMs }));
}

function changeSession(record: CoinRecord, id: string, change: (session: CoinSession) => CoinSession): CoinRecord {
  const isIt = (session: CoinSession) => session.id === id && !session.isOver;
  if (record.endedAt !== null || !record.sessions.some(isIt)) return record;
  return { ...record, sessions: record.sessions.map((session) => (isIt(session) ? change(session) : session)) };
}

// A clock that was set back must not keep a session open for ever.
const isIdle = ({ lastAt, startedAt }: CoinSession, nowMs: number) =>
  Math.abs(nowMs - lastAt) >= idleMs || Math.abs(nowMs - startedAt) >= longestMs;

/** All of a session as one turn: its outcome is the time after the first token for each output token. */
function asTurn(session: Pick<CoinSession, 'side'> & Partial<CoinSession>): LabTurn {
  const { side, spanMs = 0, outputTokens = 0, failure = null, turns = 0 } = session;
  return {
    arm: side,
    exchangeId: null,
    firstTokenMs: null,
    totalMs: spanMs,
    outputTokens,
    tierEchoed: null,
    quotaPercent: null,
    failure: turns === 0 ? failure : null,
  };
}

/** Closes one session that has been idle; null where none has. A two whose sessions are both over is a pair. */
export function closed(record: CoinRecord, nowMs: number): CoinRecord | null {
  const idle =
    record.endedAt === null ? record.sessions.find((each) => !each.isOver && isIdle(each, nowMs)) : undefined;
  if (idle === undefined) return null;
  const sessions = record.sessions.map((each) => (each === idle ? { ...each, isOver: true } : each));
  const over = sessions.filter(({ two, isOver, turns }) => two === idle.two && isOver && turns > 0);
  const [one, two] = over;
  const pairs = [...record.pairs];
  const place = (pairs.at(-1)?.pair ?? -1) + 1;
  if (idle.turns === 0 && idle.failure !== null) {
    // Sessions differ in length as they like.
    pairs.push({ ...makePair(place, asTurn(idle), asTurn({ side: other(idle.side) })), lengthsDiffer: false });
  } else if (idle.turns > 0 && one !== undefined && two !== undefined) {
    pairs.push({ ...makePair(place, asTurn(one), asTurn(two)), lengthsDiffer: false });
  }
  return { ...record, sessions: withFewLost(sessions, isLost), pairs: withFewLost(pairs, isLostPair) };
}

function withFewLost<T>(list: readonly T[], isOne: (each: T) => boolean): T[] {
  const old = new Set(list.filter(isOne).slice(0, -mostLost));
  return list.filter((each) => !old.has(each));
}

/** When the next open session will be over, if nothing happens in it; null without one. */
export function nextCloseMs({ sessions, endedAt }: CoinRecord): number | null {
  const open = endedAt === null ? sessions.filter(({ isOver }) => !isOver) : [];
  return open.length === 0
    ? null
    : Math.min(...open.map(({ lastAt, startedAt }) => Math.min(lastAt + idleMs, startedAt + longestMs)));
}
