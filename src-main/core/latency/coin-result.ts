import type { CoinView, LabArm, LabCoin, LabExperiment } from '../../shared/lab.ts';
import { analyse } from './analyse.ts';
import type { CoinRecord } from './coin-record.ts';
import { closed } from './coin-throws.ts';
import { completePairs } from './pairs.ts';

/** What a coin's sessions say: the looks and rules of every experiment, over sessions in place of turns. Pure. */

const analysed = ({ pairs, request }: CoinRecord) =>
  analyse(pairs, { cap: request.pairs, regionPercent: request.regionPercent }, request.tier, 'sessions');

/** Closes what is idle, one session after the other, until the rules end it; the very same record where nothing is due. */
export function settled(record: CoinRecord, nowMs: number): CoinRecord {
  let now = record;
  for (let next = closed(now, nowMs); next !== null; next = closed(now, nowMs)) {
    const isNewPair = next.pairs.length > now.pairs.length;
    now = isNewPair && analysed(next).ends ? { ...next, endedAt: nowMs } : next;
  }
  return now;
}

function armOf(record: CoinRecord, side: LabArm): LabCoin['standard'] {
  const over = record.sessions.filter((session) => session.side === side && session.isOver);
  const measured = over.filter(({ turns }) => turns > 0);
  return {
    measured: measured.length,
    lost: over.length - measured.length,
    asFell: measured.filter(({ turns, asFell }) => turns === asFell).length,
    turns: measured.reduce((total, { turns }) => total + turns, 0),
  };
}

/** A coin as an experiment of the lab. Its seed would say how it falls next, and is told when it is over. */
export function coinExperiment(record: CoinRecord): LabExperiment {
  const { id, request, accountLabel, version, profile, seed, run, startedAt, endedAt, isLeft, sessions, pairs } =
    record;
  return {
    id,
    form: 'sequential',
    startedAt,
    endedAt,
    state: endedAt === null ? 'running' : isLeft ? 'stopped' : 'done',
    problem: null,
    unkept: null,
    keptAt: null,
    request: { ...request, kind: 'coin', conditions: [], prompt: 'enumerate', effort: 'any' },
    accountLabel,
    accountId: request.accountId,
    pauses: [],
    version,
    profile,
    seed: endedAt === null ? null : seed,
    run,
    turnsDone: sessions.filter(({ isOver, turns }) => isOver && turns > 0).length,
    turnsTotal: 2 * request.pairs,
    pairs,
    result: analysed(record).result,
    search: null,
    coin: {
      open: endedAt === null ? sessions.filter(({ isOver }) => !isOver).length : 0,
      standard: armOf(record, 'standard'),
      priority: armOf(record, 'priority'),
    },
  };
}

/** The same in short. */
export function coinView({ id, request, accountLabel, pairs }: CoinRecord): CoinView {
  const { accountId, model, tier, pairs: most } = request;
  return { id, accountId, accountLabel, model, tier, pairs: completePairs(pairs), most };
}
