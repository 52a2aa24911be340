import { seededRandom } from '../../src-main/core/latency/seeded-random.ts';
import { worstPieces } from '../support/worst-texts.ts';
import { takeBlocks } from './coverage.ts';
import { Mutations } from './mutations.ts';
import type { FuzzLimits, FuzzResult, Target } from './target.ts';

/** Inputs led by coverage: those that reach code which no other reached are kept, and changed further. */

/** So many inputs run before it is looked at what they reached: a look costs more than most inputs. More where looks find nothing. */
const fewestInputs = 64;
const mostInputs = 1_024;
/** Of processor time: no text that short is worth more. */
const mostMs = 2_000;
const mostInputBytes = 4_096;
const mostShrinkings = 2_000;

interface Led {
  readonly name: string;
  /** Inputs to begin with. */
  readonly seeds: readonly string[];
  /** What the reader looks for. */
  readonly words: readonly string[];
  /** Throws where an input breaks it. */
  readonly rule: (input: Buffer) => void | Promise<void>;
  /** Whose code counts. */
  readonly isCounted?: (url: string) => boolean;
}

const isProgram = (url: string) =>
  /\/src-main\/|\/node_modules\/(?:jsonc-parser|toml-eslint-parser|yaml|eventsource|zod)/.test(url);

/** A target whose inputs are led by the blocks they reach. */
export function led(target: Led): Target {
  return { name: target.name, run: (limits) => new Search(target, limits).run() };
}

class Search {
  readonly #rule: Led['rule'];
  readonly #limits: FuzzLimits;
  readonly #isCounted: (url: string) => boolean;
  readonly #mutations: Mutations;
  readonly #kept: Buffer[];
  readonly #reached = new Set<string>();
  #inputs = 0;
  #batchInputs = fewestInputs;

  constructor({ seeds, words, rule, isCounted = isProgram }: Led, limits: FuzzLimits) {
    this.#rule = rule;
    this.#limits = limits;
    this.#isCounted = isCounted;
    this.#kept = seeds.map((seed) => Buffer.from(seed));
    this.#mutations = new Mutations(seededRandom(limits.seed), words, worstPieces, mostInputBytes);
  }

  async run(): Promise<FuzzResult> {
    const { maxInputs, maxMs } = this.#limits;
    const endMs = performance.now() + maxMs;
    // Most inputs end in an error, and where it was thrown is asked of a finding alone.
    Error.stackTraceLimit = 0;
    // What others reached is not theirs.
    takeBlocks(this.#isCounted);
    let finding = await this.#batch(this.#kept.slice(0, maxInputs));
    while (finding === null && this.#inputs < maxInputs && performance.now() < endMs) {
      const length = Math.min(this.#batchInputs, maxInputs - this.#inputs);
      finding = await this.#batch(Array.from({ length }, () => this.#mutations.next(this.#kept)));
    }
    return { inputs: this.#inputs, blocks: this.#reached.size, finding };
  }

  async #batch(inputs: readonly Buffer[]): Promise<string | null> {
    for (const input of inputs) {
      this.#inputs += 1;
      if ((await this.#broken(input)) !== null) return this.#told(await this.#shrunk(input));
    }
    const fresh = takeBlocks(this.#isCounted).difference(this.#reached);
    for (const block of fresh) this.#reached.add(block);
    this.#batchInputs = fresh.size > 0 ? fewestInputs : Math.min(this.#batchInputs * 2, mostInputs);
    // Whose they are shows where each input runs alone.
    for (const input of inputs) {
      if (fresh.size === 0) break;
      await this.#broken(input);
      const own = takeBlocks(this.#isCounted).intersection(fresh);
      for (const block of own) fresh.delete(block);
      if (own.size > 0 && !this.#kept.includes(input)) this.#kept.push(input);
    }
    return null;
  }

  /** Why the rule does not hold for it; null: it does. */
  async #broken(input: Buffer): Promise<Error | null> {
    const before = process.threadCpuUsage();
    try {
      await this.#rule(input);
    } catch (thrown) {
      return thrown instanceof Error ? thrown : new Error(String(thrown));
    }
    const { user, system } = process.threadCpuUsage(before);
    const ms = (user + system) / 1_000;
    return ms > mostMs ? new Error(`took ${ms.toFixed(0)} ms`) : null;
  }

  /** The same with as much left out as can be. */
  async #shrunk(found: Buffer): Promise<Buffer> {
    let input = found;
    let tries = 0;
    for (let size = input.length >> 1; size > 0; size >>= 1) {
      for (let at = 0; at < input.length && tries < mostShrinkings; tries += 1) {
        const shorter = Buffer.concat([input.subarray(0, at), input.subarray(at + size)]);
        if ((await this.#broken(shorter)) === null) at += size;
        else input = shorter;
      }
    }
    return input;
  }

  async #told(input: Buffer): Promise<string> {
    Error.stackTraceLimit = 10;
    const why = await this.#broken(input);
    return `input ${JSON.stringify(input.toString())} (base64 ${input.toString('base64')})\n${why?.stack ?? ''}`;
  }
}
