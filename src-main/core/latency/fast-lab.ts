import { v7 as uuidV7 } from 'uuid';
import { SlipstreamError } from '../../shared/errors.ts';
import {
  type LabEstimate,
  LabExperiment,
  type LabPair,
  type LabRequest,
  type LabWarmUp,
  type PassiveAnswer,
  pairsPerBlock,
} from '../../shared/lab.ts';
import { fastTiers, type TierId } from '../../shared/tiers.ts';
import type { Clock, Logger } from '../ports.ts';
import { analyse } from './analyse.ts';
import { type LabAnswer, type LabQuestion, runExperiment, turnsOf } from './experiment.ts';

/** About what the enumeration takes. */
const outputTokensOf = { enumerate: 600, ok: 10 } as const;
const warmUpTokens = 10;
/** Readings below which the quota drawn for a token would be chance. */
const leastQuotaReadings = 5;
const assumedTokensPerSecond = 60;
const assumedFirstTokenMs = 1_500;

/** What a tier draws from the quota at most, against standard. */
function mostQuotaTimes(id: TierId): number {
  return Math.max(...fastTiers.filter((tier) => tier.id === id).flatMap(({ quotaTimes }) => quotaTimes));
}

/** What the lab is given by the program around it. */
export interface FastLabParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
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

/** Where an experiment's turns run, and what they say. */
export interface LabPlace {
  readonly accountId: string;
  readonly model: string;
  readonly tier: TierId;
  readonly prompt: LabRequest['prompt'];
  readonly effort: string;
}

/** Runs experiments, one at a time, and keeps them. */
export class FastLab {
  readonly #parts: FastLabParts;
  #running: { experiment: LabExperiment; isStopped: boolean; readonly over: Promise<LabExperiment> } | null = null;

  constructor(parts: FastLabParts) {
    this.#parts = parts;
  }

  /** What an experiment will take; asked before it starts. */
  async estimate(request: LabRequest): Promise<LabEstimate> {
    const blocks = Math.ceil(request.pairs / pairsPerBlock);
    const pairs = blocks * pairsPerBlock;
    const perTurn = outputTokensOf[request.prompt];
    const perArm = pairs * perTurn + blocks * warmUpTokens;
    const standardEquivalentTokens = perArm * (1 + mostQuotaTimes(request.tier));
    const { quota } = await this.#parts.passive(request.accountId);
    const standard = quota.find(({ tier }) => tier === 'standard');
    const quotaReadings = standard?.n ?? 0;
    const draw = quotaReadings < leastQuotaReadings ? null : (standard?.percentPerThousandTokens ?? null);
    const durationMs = Math.round(
      2 * (perArm / assumedTokensPerSecond) * 1_000 + turnsOf(blocks) * assumedFirstTokenMs,
    );
    const minutes = Math.max(1, Math.round(durationMs / 60_000));
    return {
      model: request.model,
      tier: request.tier,
      pairs,
      blocks,
      turns: turnsOf(blocks),
      outputTokens: 2 * perArm,
      standardEquivalentTokens,
      quotaPercent: draw === null ? null : (draw * standardEquivalentTokens) / 1_000,
      quotaReadings,
      durationMs,
      modelHasTier: this.#parts.modelHasTier(request.model, request.tier),
      sentence:
        `${turnsOf(blocks)} turns, about ${(2 * perArm).toLocaleString('en')} output tokens, counted by upstream like ` +
        `${standardEquivalentTokens.toLocaleString('en')} standard ones; about ${minutes} min.`,
    };
  }

  /** Starts an experiment and answers at once. Throws `lab_running`, and what the account throws. */
  start(request: LabRequest): LabExperiment {
    if (this.#running !== null) throw new SlipstreamError('lab_running');
    const { clock, account } = this.#parts;
    const { id: accountId, label } = account(request.accountId);
    const blocks = Math.ceil(request.pairs / pairsPerBlock);
    const experiment: LabExperiment = {
      id: uuidV7(),
      startedAt: clock.epochMs(),
      endedAt: null,
      state: 'running',
      problem: null,
      request,
      accountLabel: label,
      turnsDone: 0,
      turnsTotal: turnsOf(blocks),
      pairs: [],
      warmUps: [],
      result: analyse([], request.tier),
    };
    const { promise, resolve } = Promise.withResolvers<LabExperiment>();
    this.#running = { experiment, isStopped: false, over: promise };
    this.#parts.changed(experiment);
    const place = {
      accountId,
      model: request.model,
      tier: request.tier,
      prompt: request.prompt,
      effort: request.effort,
    };
    void this.#run(blocks, place).then((ended) => {
      this.#running = null;
      this.#parts.changed(ended);
      resolve(ended);
    });
    return experiment;
  }

  /** Stops the one that runs; what it has measured is kept. Null where none runs. */
  async stop(): Promise<LabExperiment | null> {
    const running = this.#running;
    if (running === null) return null;
    running.isStopped = true;
    this.#parts.abort();
    return running.over;
  }

  /** Newest first, the one that runs included. */
  async list(): Promise<LabExperiment[]> {
    const running = this.#running?.experiment ?? null;
    const kept = (await this.#parts.kept()).filter(({ id }) => id !== running?.id);
    // One that a sudden end of the program cut off.
    const ended = kept.map((each) =>
      each.state === 'running' ? { ...each, state: 'stopped' as const, problem: 'Slipstream ended meanwhile.' } : each,
    );
    return running === null ? ended : [running, ...ended];
  }

  /** Throws `experiment_unknown`. */
  async get(id: string): Promise<LabExperiment> {
    const found = (await this.list()).find((experiment) => experiment.id === id);
    if (found === undefined) throw new SlipstreamError('experiment_unknown');
    return found;
  }

  /** Answers with the experiment as it ended, once it is kept. Never rejects. */
  async #run(blocks: number, place: LabPlace): Promise<LabExperiment> {
    const pairs: LabPair[] = [];
    const warmUps: LabWarmUp[] = [];
    const isStopped = () => this.#running?.isStopped ?? true;
    let lastFailure: string | null = null;
    try {
      await this.#save();
      await runExperiment({
        blocks,
        isStopped,
        random: this.#parts.random,
        newSessionId: uuidV7,
        ask: async (question) => {
          const answer = await this.#parts.ask({ ...question, ...place });
          if (answer.failure !== null && !isStopped()) lastFailure = answer.failure;
          return answer;
        },
        onWarmUp: (warmUp) => {
          warmUps.push(warmUp);
          this.#change({ warmUps: [...warmUps] });
        },
        onTurn: () => this.#change({ turnsDone: (this.#running?.experiment.turnsDone ?? 0) + 1 }),
        onPair: async (pair) => {
          pairs.push(pair);
          this.#change({ pairs: [...pairs], result: analyse(pairs, place.tier) });
          // Turns cost quota: a sudden end of the program loses none that were measured.
          await this.#save();
          // An account without quota or sign-in will not do better at the next turn.
          const latest = pairs.slice(-pairsPerBlock);
          if (latest.length === pairsPerBlock && latest.every(({ effectPercent }) => effectPercent === null))
            throw new SlipstreamError('internal', { message: lastFailure ?? 'Every turn failed.' });
        },
      });
      return await this.#end({ state: isStopped() ? 'stopped' : 'done' });
    } catch (error) {
      return await this.#end({ state: 'failed', problem: error instanceof Error ? error.message : 'unknown error' });
    }
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
    if (this.#running === null) return;
    await this.#parts.save(this.#running.experiment).catch((error: unknown) => {
      this.#parts.log.warn('The experiment could not be kept.', { error });
    });
  }
}

/** Kept experiments from their JSON; one that this version cannot read is left out. */
export function readExperiments(texts: readonly string[]): LabExperiment[] {
  return texts.flatMap((text) => {
    try {
      return LabExperiment.safeParse(JSON.parse(text)).data ?? [];
    } catch {
      return [];
    }
  });
}
