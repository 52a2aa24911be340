import { type Account, accountLabel } from '../core/accounts/account.ts';
import type { CoinFile } from '../core/latency/coin-file.ts';
import { Coins } from '../core/latency/coins.ts';
import { type LabAnswer, type LabPlace, type LabQuestion, strayedFrom } from '../core/latency/experiment.ts';
import { FastLab } from '../core/latency/fast-lab.ts';
import { observe } from '../core/latency/passive.ts';
import { resolveModel } from '../core/normalise/normalise.ts';
import type { Host } from '../core/ports.ts';
import { OwnSink } from '../core/turn/own-sink.ts';
import { ownTurn } from '../core/turn/own-turn.ts';
import type { TurnRunner } from '../core/turn/runner.ts';
import type { RunningTurn } from '../core/turn/turn.ts';
import type { Handlers } from '../shared/contract.ts';
import { SlipstreamError } from '../shared/errors.ts';
import type { CoinView, LabExperiment } from '../shared/lab.ts';
import type { TraceFilter } from '../shared/trace-filter.ts';
import { said } from '../shared/words/said.ts';
import { labNotices } from './lab-notices.ts';
import { ownQuestion } from './own-question.ts';
import type { Traces } from './traces.ts';

/** 600 output tokens or so: a number takes one or two. */
const enumerateUpTo = 300;
const passiveDays = 30;
const dayMs = 24 * 60 * 60_000;

const prompts = {
  enumerate: `Enumerate 1…${enumerateUpTo}: write every number from 1 to ${enumerateUpTo} in order, with one space between them and nothing else.`,
  ok: 'Reply with exactly: OK',
} as const;

interface LabOptions {
  readonly host: Host;
  readonly runner: TurnRunner;
  readonly traces: Pick<Traces, 'recorder' | 'store'>;
  readonly coinFile: CoinFile;
  readonly accountFor: (id: string | null) => Account;
  readonly tiersOf: (model: string) => readonly string[] | null;
  readonly version: string;
  readonly profile: () => string;
  /** What has changed of experiments and coins, for those who watch. */
  readonly tell: (
    news:
      | { readonly kind: 'lab'; readonly experiment: LabExperiment }
      | { readonly kind: 'coins'; readonly coins: CoinView[] },
  ) => void;
}

/** The fast lab, with turns that take the same way as every other. */
export function composeLab({
  host,
  runner,
  traces: { recorder, store },
  coinFile,
  accountFor,
  tiersOf,
  version,
  profile,
  tell,
}: LabOptions) {
  const { clock, log } = host;
  let running: RunningTurn | null = null;
  const passive = async ({ fromMs, toMs, account, ...narrower }: TraceFilter) => {
    const ofAccounts = { fromMs, toMs, account };
    const all = await store.passiveTurns(ofAccounts);
    const isAll = Object.values(narrower).every((value) => value === undefined);
    return observe(isAll ? all : await store.passiveTurns({ ...ofAccounts, ...narrower }), all);
  };

  const ask = async (question: LabQuestion & LabPlace): Promise<LabAnswer> => {
    const transport = question.without.includes('transport') ? 'http' : 'ws';
    const leftOut = question.without.filter((condition) => condition !== 'transport');
    const asked = ownQuestion({
      userAgent: 'slipstream-fast-lab',
      model: question.model,
      text: question.kind === 'warm-up' ? prompts.ok : prompts[question.prompt],
      effort: question.effort,
      tier: question.arm === 'standard' ? null : question.tier,
      headers: [['session-id', question.sessionId]],
    });
    const turn = ownTurn({ ...asked, transport, accountId: question.accountId, leftOut }, clock.monotonicMs());
    const sink = new OwnSink(clock);
    running = runner.start(turn, sink, () => sink.over());
    const { id } = running;
    const outcome = await sink.outcome;
    running = null;
    const row = recorder.exchange(id)?.row() ?? null;
    const why = row === null ? null : strayedFrom(row, { ...question, transport });
    const { tierEchoed = null } = row ?? {};
    return { exchangeId: row === null ? null : id, ...outcome, tierEchoed, failure: outcome.failure ?? why };
  };

  const account = (id: string | null) => {
    const chosen = accountFor(id);
    // Another one's quota is not to be spent instead.
    if (id !== null && chosen.id !== id) throw new SlipstreamError('account_unusable', said('failures.lab.account'));
    return { id: chosen.id, label: accountLabel(chosen) };
  };
  /** Of an alias the model itself: under its own name both arms would ask for the tier. */
  const withModel = <R extends { readonly model: string }>(request: R): R => ({
    ...request,
    model: resolveModel(request.model, tiersOf).model,
  });
  const modelHasTier = (model: string, tier: string) => tiersOf(model)?.includes(tier) ?? null;
  const coins: Coins = new Coins(
    {
      clock,
      random: Math.random,
      version,
      profile,
      account,
      modelHasTier,
      isFree: () => host.settings.read().fastPolicy === 'auto',
      checkSaved: coinFile.check,
      save: coinFile.write,
      changed: () => tell({ kind: 'coins', coins: coins.views() }),
    },
    coinFile.records,
  );
  recorder.onEnded((exchange) => {
    if (coins.isThrowing) coins.noteEnded(exchange.row());
  });

  const notice = labNotices(host.notify);
  const lab = new FastLab({
    clock,
    log,
    random: Math.random,
    version,
    profile,
    account,
    modelHasTier,
    ask,
    abort: () => running?.abort(),
    save: (experiment) =>
      store.saveExperiment({
        id: experiment.id,
        startedAt: experiment.startedAt,
        json: JSON.stringify(experiment),
      }),
    kept: async () => {
      const [kept, { readExperiments }] = await Promise.all([
        store.experiments(),
        import('../core/latency/kept-experiments.ts'),
      ]);
      return readExperiments(kept.map(({ json }) => json));
    },
    passive: (accountId) =>
      passive({
        fromMs: clock.epochMs() - passiveDays * dayMs,
        ...(accountId === null ? {} : { account: [accountId] }),
      }),
    changed: (experiment) => {
      tell({ kind: 'lab', experiment });
      notice(experiment);
    },
  });

  const handlers: Pick<Handlers, Extract<keyof Handlers, `lab.${string}` | `coin.${string}` | 'latency.passive'>> = {
    'latency.passive': ({ filter }) => passive(filter),
    'lab.estimate': (request) => lab.estimate(withModel(request)),
    'lab.start': (request) => lab.start(withModel(request)),
    'lab.confirm': ({ id }) => lab.confirm(id),
    'lab.continuation': ({ id }) => lab.continuation(id),
    'lab.continue': ({ id, pairs }) => lab.goOn(id, pairs),
    'lab.stop': () => lab.stop(),
    'coin.start': (request) => coins.start(withModel(request)),
    'coin.stop': ({ id }) => coins.leave(id),
    'lab.list': async () => [...(await lab.list()), ...coins.list()].toSorted((a, b) => b.startedAt - a.startedAt),
    'lab.get': async ({ id }) => coins.list().find((coin) => coin.id === id) ?? lab.get(id),
  };
  return {
    handlers,
    coins,
    stop: () => {
      coins.stop();
      return lab.stop();
    },
  };
}
