import { SlipstreamError } from '../../shared/errors.ts';
import type {
  LabCondition,
  LabContinuation,
  LabEstimate,
  LabExperiment,
  LabPair,
  LabRequest,
  LabResult,
  LabSearch,
  PassiveAnswer,
} from '../../shared/lab.ts';
import { capOf, stageCap } from '../../shared/lab-design.ts';
import { searchSentences } from '../../shared/lab-search-words.ts';
import { english } from '../../shared/words/english.ts';
import type { Clock, Logger } from '../ports.ts';
import { timeId } from '../time-id.ts';
import { analyse } from './analyse.ts';
import { claimLevel, mostRounds, roundsExpected } from './conditions.ts';
import { continuationOf, noSuchStep } from './continuation.ts';
import { type LabAnswer, type LabPlace, type LabQuestion, type MeasureParts, runPairs } from './experiment.ts';
import { ExperimentShelf } from './experiment-shelf.ts';
import { lookAt, studentQuantile } from './looks.ts';
import { checkTier, estimateOf, newExperiment, rulesOf } from './new-experiment.ts';
import { logRatio } from './pairs.ts';
import { priceOfRounds } from './price.ts';
import { runRounds } from './search.ts';
import { searchFinding } from './search-finding.ts';
import { seededRandom } from './seeded-random.ts';
import type { VerdictRules } from './verdict.ts';

const mostSeed = 2 ** 31;

/** What the lab is given by the program around it. */
export interface FastLabParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
  readonly version: string;
  /** Id of the profile that turns are sent with now. */
  readonly profile: () => string;
  /** Label and id of the account that an experiment would run on. Throws where there is none. */
  readonly account: (id: string | null) => { readonly id: string; readonly label: string };
  readonly modelHasTier: (model: string, tier: string) => boolean | null;
  /** Runs one turn, straight to upstream, with nothing of the user's policy. Never rejects. */
  readonly ask: (question: LabQuestion & LabPlace) => Promise<LabAnswer>;
  /** Ends the turn that runs. */
  readonly abort: () => void;
  readonly save: (experiment: LabExperiment) => Promise<void>;
  /** Newest first. */
  readonly kept: () => Promise<readonly LabExperiment[]>;
  /** Of one account, or of all for null. */
  readonly passive: (accountId: string | null) => Promise<PassiveAnswer>;
  readonly changed: (experiment: LabExperiment) => void;
}

type Measuring = MeasureParts & { readonly random: () => number };

interface Running {
  experiment: LabExperiment;
  isStopped: boolean;
  readonly over: Promise<LabExperiment>;
  /** Answers the question before the dear stage. */
  confirm: (goesOn: boolean) => void;
}

/** Runs experiments, one at a time, and keeps them. */
export class FastLab {
  readonly #parts: FastLabParts;
  #running: Running | null = null;
  readonly #shelf: ExperimentShelf;

  constructor(parts: FastLabParts) {
    this.#parts = parts;
    this.#shelf = new ExperimentShelf(parts);
  }

  /** What an experiment will take at the most; asked before it starts. A search tells its third stage's price before that. */
  async estimate(request: LabRequest): Promise<LabEstimate> {
    const { quota } = await this.#parts.passive(request.accountId);
    const standard = quota.find(({ tier }) => tier === 'standard');
    return estimateOf(request, standard, this.#parts.modelHasTier(request.model, request.tier));
  }

  /** Starts an experiment and answers once it is under way. Throws `lab_running`, `request_invalid`, and what the account throws. */
  async start(request: LabRequest): Promise<LabExperiment> {
    const { clock, account, random, version, profile } = this.#parts;
    const { id: accountId, label } = account(request.accountId);
    const experiment = newExperiment({
      id: timeId(),
      startedAt: clock.epochMs(),
      request,
      accountId,
      accountLabel: label,
      version,
      profile: profile(),
      seed: Math.floor(random() * mostSeed),
    });
    const started = this.#begin(experiment, accountId);
    const before = (await this.list()).filter(
      ({ id, request: { model }, accountLabel }) =>
        id !== experiment.id && model === request.model && accountLabel === label,
    );
    this.#change({ run: before.length + 1 });
    return started();
  }

  /** What going on with an ended one would take. Throws `experiment_unknown`. */
  async continuation(id: string): Promise<LabContinuation> {
    const { version, profile } = this.#parts;
    const experiment = await this.get(id);
    return continuationOf(experiment, { version, profile: profile(), accountId: this.#accountOf(experiment) });
  }

  /** Goes on with an ended one, its pairs kept. Throws `lab_running`, `experiment_unknown`, and `request_invalid` with why it cannot. */
  async goOn(id: string, pairs: number): Promise<LabExperiment> {
    if (this.#running !== null) throw new SlipstreamError('lab_running');
    const { why, steps } = await this.continuation(id);
    const step = steps.find((each) => each.pairs === pairs);
    const kept = await this.get(id);
    if (step === undefined || kept.accountId === null) throw noSuchStep(why, steps);
    const now = this.#parts.clock.epochMs();
    const experiment: LabExperiment = {
      ...kept,
      request: { ...kept.request, pairs },
      state: 'running',
      problem: null,
      endedAt: null,
      pauses: [...kept.pauses, { fromMs: kept.endedAt ?? now, toMs: now }],
      turnsTotal: kept.turnsDone + step.price.turns,
    };
    const started = this.#begin(experiment, kept.accountId);
    this.#change({});
    return started();
  }

  /** The account that it ran on; null where that is gone. */
  #accountOf({ accountId }: LabExperiment): string | null {
    try {
      return accountId === null ? this.#parts.account(null).id : this.#parts.account(accountId).id;
    } catch {
      return null;
    }
  }

  /** Takes the only place at once; what it answers starts the turns. */
  #begin(experiment: LabExperiment, accountId: string): () => LabExperiment {
    if (this.#running !== null) throw new SlipstreamError('lab_running');
    checkTier(experiment.request, this.#parts);
    const { promise, resolve } = Promise.withResolvers<LabExperiment>();
    this.#running = { experiment, isStopped: false, over: promise, confirm: () => {} };
    const { model, tier, prompt, effort } = experiment.request;
    return () => {
      void this.#run({ accountId, model, tier, prompt, effort }).then((ended) => {
        this.#running = null;
        this.#parts.changed(ended);
        resolve(ended);
      });
      return this.#running?.experiment ?? experiment;
    };
  }

  /** Goes on with what has told its price. Throws `experiment_unknown` where none asks. */
  confirm(id: string): LabExperiment {
    const running = this.#running;
    if (running?.experiment.id !== id || running.experiment.state !== 'asking')
      throw new SlipstreamError('experiment_unknown');
    running.confirm(true);
    return running.experiment;
  }

  /** Stops the one that runs; what it has measured is kept. Null where none runs. */
  async stop(): Promise<LabExperiment | null> {
    const running = this.#running;
    if (running === null) return null;
    running.isStopped = true;
    running.confirm(false);
    this.#parts.abort();
    return running.over;
  }

  /** Newest first, the one that runs included. */
  async list(): Promise<LabExperiment[]> {
    const running = this.#running?.experiment ?? null;
    const ended = await this.#shelf.list(running?.id ?? null);
    return running === null ? ended : [running, ...ended];
  }

  /** Throws `experiment_unknown`. */
  async get(id: string): Promise<LabExperiment> {
    const found = (await this.list()).find((experiment) => experiment.id === id);
    if (found === undefined) throw new SlipstreamError('experiment_unknown');
    return found;
  }

  /** Answers with the experiment as it ended, once it is kept. Never rejects. */
  async #run(place: LabPlace): Promise<LabExperiment> {
    const random = seededRandom(this.#running?.experiment.seed ?? 0);
    const parts: Measuring = {
      random,
      newSessionId: timeId,
      isStopped: () => this.#running?.isStopped ?? true,
      ask: (question) => this.#parts.ask({ ...question, ...place }),
      onTurn: () => this.#change({ turnsDone: (this.#running?.experiment.turnsDone ?? 0) + 1 }),
    };
    try {
      await this.#save();
      const request = this.#running?.experiment.request;
      if (request?.kind === 'conditions') await this.#search(parts, request);
      else if (request !== undefined)
        await this.#stage(
          parts,
          rulesOf(request, capOf(request.pairs)),
          [],
          (result) => this.#change({ result }),
          false,
        );
      return await this.#end({ state: parts.isStopped() ? 'stopped' : 'done' });
    } catch (error) {
      return await this.#end({
        state: 'failed',
        problem: error instanceof Error ? error.message : english.t('failures.turn.unknown'),
      });
    }
  }

  /** One run of pairs; each is kept as it is measured, since turns cost quota. */
  async #stage(
    parts: Measuring,
    rules: VerdictRules,
    without: readonly LabCondition[],
    show: (result: LabResult) => void,
    endsWithoutPromise: boolean,
  ): Promise<readonly LabPair[]> {
    // Those of a search are of several stages, and it is never continued.
    const before = this.#running?.experiment.search === null ? this.#running.experiment.pairs : [];
    const pairs: LabPair[] = [...before];
    await runPairs({
      ...parts,
      cap: rules.cap,
      without,
      before,
      onPair: async (pair) => {
        pairs.push(pair);
        const { result, ends } = analyse(pairs, rules, this.#running?.experiment.request.tier);
        this.#change({ pairs: [...(this.#running?.experiment.pairs ?? []), pair] });
        show(result);
        await this.#save();
        return { ends: ends || (endsWithoutPromise && result.promiseRuledOut && result.verdict !== 'faster') };
      },
    });
    return pairs;
  }

  async #search(parts: Measuring, request: LabExperiment['request']): Promise<void> {
    const rules = rulesOf(request, stageCap);
    const official = await this.#stage(
      parts,
      rules,
      [],
      (result) => {
        this.#change({ result });
        this.#changeSearch({ official: result });
      },
      true,
    );
    if (parts.isStopped() || this.#concludes(null)) return;
    this.#changeSearch({ stage: 2 });
    await this.#stage(parts, rules, request.conditions, (without) => this.#changeSearch({ without }), true);
    if (parts.isStopped() || this.#concludes(null)) return;
    if (!(await this.#agreed(official, request))) return;
    let stillGranted: boolean | null = null;
    await runRounds({
      ...parts,
      conditions: request.conditions,
      onRound: async ({ rounds, claims, firstTokenOverHttp, ...so }) => {
        stillGranted = so.stillGranted;
        this.#changeSearch({ rounds, claims: [...claims], firstTokenOverHttp });
        await this.#save();
      },
    });
    if (!parts.isStopped()) this.#concludes(stillGranted);
  }

  /** Tells the price of the third stage, and waits for a yes; false where it is stopped. */
  async #agreed(official: readonly LabPair[], request: LabExperiment['request']): Promise<boolean> {
    const running = this.#running;
    if (running === null) return false;
    const level = claimLevel(request.conditions);
    const rounds = roundsExpected(lookAt(official.flatMap((pair) => logRatio(pair) ?? [])), (n) =>
      studentQuantile(level, n - 1),
    );
    const price = priceOfRounds(rounds ?? mostRounds, request);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    running.confirm = resolve;
    const { search, turnsDone } = running.experiment;
    const turnsTotal = turnsDone + price.turns;
    this.#change({ state: 'asking', turnsTotal, search: search === null ? null : { ...search, stage: 3, price } });
    await this.#save();
    const goesOn = await promise;
    if (goesOn) {
      this.#change({ state: 'running' });
      this.#changeSearch({ isConfirmed: true });
    }
    return goesOn;
  }

  /** Writes what the search has found, where it has. */
  #concludes(stillGranted: boolean | null): boolean {
    const experiment = this.#running?.experiment;
    if (experiment?.search == null) return false;
    const finding = searchFinding(experiment.search, stillGranted);
    if (finding === null) return false;
    const search = { ...experiment.search, finding };
    this.#changeSearch({ finding, sentences: [...searchSentences(english, search, experiment.request.conditions)] });
    return true;
  }

  #changeSearch(change: Partial<LabSearch>): void {
    const search = this.#running?.experiment.search ?? null;
    if (search !== null) this.#change({ search: { ...search, ...change } });
  }

  #change(change: Partial<LabExperiment>): void {
    if (this.#running === null) return;
    this.#running.experiment = { ...this.#running.experiment, ...change };
    this.#parts.changed(this.#running.experiment);
  }

  async #end(change: Pick<LabExperiment, 'state'> & Partial<LabExperiment>): Promise<LabExperiment> {
    const running = this.#running;
    if (running === null) throw new SlipstreamError('experiment_unknown');
    running.experiment = { ...running.experiment, ...change, endedAt: this.#parts.clock.epochMs() };
    await this.#save();
    return running.experiment;
  }

  async #save(): Promise<void> {
    const running = this.#running;
    if (running === null) return;
    const before = running.experiment.unkept;
    const { unkept, keptAt } = await this.#shelf.keep(running.experiment);
    running.experiment = { ...running.experiment, unkept, keptAt };
    if (unkept !== before) this.#parts.changed(running.experiment);
  }
}
