import type { Bridge } from '../../shared/contract.ts';
import { SlipstreamError } from '../../shared/errors.ts';
import { type LabExperiment, LabRequest } from '../../shared/lab.ts';
import { mostLabPairs } from '../../shared/lab-design.ts';
import { estimateSentence, stepSentence } from '../../shared/lab-method.ts';
import type { TierId } from '../../shared/tiers.ts';
import { english } from '../../shared/words/english.ts';
import type { CommandContext } from '../context.ts';
import type { CommonOptions } from '../options.ts';
import { onStopSignal } from '../stop-signals.ts';
import { askAtTerminal } from './ask.ts';
import { progressBar, progressLine, resultLines } from './bench-text.ts';
import { call, checked, withBridge } from './with-bridge.ts';

export interface BenchOptions extends CommonOptions {
  readonly pairs: number;
  readonly model: string;
  readonly tier: TierId;
  readonly effort: string;
  /** E-mail or id; undefined: the account a new session would get. */
  readonly account?: string;
  readonly json?: true;
  readonly yes?: true;
  /** Search for what fast depends on, in place of whether it helps. */
  readonly factors?: true;
  /** Id of an ended experiment to go on with, in place of a new one. */
  readonly continue?: string;
  /** Per cent. */
  readonly region: number;
}

/** Exit code of a program that Ctrl-C ended, as shells have it. */
const interrupted = 130;
/** A running instance that went away tells nobody; this often it is asked. */
const lookMs = 5_000;

/**
 * Runs one experiment of the fast lab. Its cost is said first, and agreed to at a terminal. Progress goes to standard error, the
 * result to standard output: as JSON with `--json` and into pipes. Exit code 0: run to its end; 1: failed, or not begun;
 * 130: stopped, with what was measured.
 */
export async function bench(options: BenchOptions, context: CommandContext): Promise<number> {
  return withBridge(options, context, async (bridge) => {
    if (options.continue !== undefined) return goOn(options.continue, options, context, bridge);
    const { model, tier, effort, region } = options;
    const pairs = Math.min(options.pairs, mostLabPairs);
    if (pairs < options.pairs) context.complain(`An experiment takes ${mostLabPairs} pairs at most.`);
    const accountId = options.account === undefined ? null : await findAccount(bridge, options.account);
    const kind = options.factors ? 'conditions' : 'pairs';
    const request = checked(LabRequest, { kind, pairs, model, tier, effort, accountId, regionPercent: region });
    const estimate = await call(bridge, 'lab.estimate', request);
    const share =
      estimate.quotaPercent === null
        ? ''
        : ` About ${estimate.quotaPercent.toPrecision(2)} % of the account's short usage window (n = ${estimate.quotaReadings}).`;
    if (estimate.modelHasTier === false)
      throw new SlipstreamError('request_invalid', { message: english.t('lab.cost.noTier', { model, tier }) });
    const price = estimateSentence(english, estimate, kind);
    context.complain(`${price}${share} Ctrl+C stops it and keeps what was measured.`);
    return startAndTell(() => call(bridge, 'lab.start', request), options, context, bridge);
  });
}

/** To the next further look, or to `--pairs` where that is beyond it. */
async function goOn(id: string, options: BenchOptions, context: CommandContext, bridge: Bridge): Promise<number> {
  const { why, steps } = await call(bridge, 'lab.continuation', { id });
  const step = steps.find(({ pairs }) => pairs >= options.pairs) ?? steps.at(-1);
  if (step === undefined)
    throw new SlipstreamError('request_invalid', {
      message: why === null ? 'It cannot go on.' : english.told(why),
    });
  context.complain(`${stepSentence(english, step.pairs, step.price)} Ctrl+C stops it and keeps what was measured.`);
  return startAndTell(() => call(bridge, 'lab.continue', { id, pairs: step.pairs }), options, context, bridge);
}

async function startAndTell(
  start: () => Promise<LabExperiment>,
  options: BenchOptions,
  context: CommandContext,
  bridge: Bridge,
): Promise<number> {
  const isAgreed = () => (options.yes ? Promise.resolve(true) : asked(context));
  if (!(await isAgreed())) {
    context.complain('Nothing was sent.');
    return 1;
  }
  const ended = await runToEnd(bridge, start, context, isAgreed);
  if (options.json || !process.stdout.isTTY) context.print(JSON.stringify(ended, null, 2));
  else for (const line of resultLines(ended)) context.print(line);
  if (ended.unkept !== null) context.complain(`slipstream: It could not be kept: ${ended.unkept}`);
  if (ended.problem !== null) context.complain(`slipstream: ${ended.problem}`);
  else if (!process.stdout.isTTY)
    for (const line of ended.search?.sentences ?? [ended.result.sentence]) context.complain(line);
  return { done: 0, running: 1, asking: 1, failed: 1, stopped: interrupted }[ended.state];
}

/** Id of an account by its e-mail or id. Throws `request_invalid` where there is none. */
export async function findAccount(bridge: Bridge, name: string): Promise<string> {
  const accounts = await call(bridge, 'accounts.list', null);
  const found = accounts.find(({ id, email }) => id === name || email === name);
  if (found !== undefined) return found.id;
  throw new SlipstreamError('request_invalid', {
    message: `There is no account "${name}". "npx slipstream accounts" lists them.`,
  });
}

/** Asks at a terminal. A script has nobody to ask: it says `--yes`, since turns cost quota. */
function asked(context: CommandContext): Promise<boolean> {
  if (!process.stdin.isTTY) {
    context.complain('Without a terminal to ask at, it takes --yes.');
    return Promise.resolve(false);
  }
  return askAtTerminal('Start?', 'no');
}

function runToEnd(
  bridge: Bridge,
  start: () => Promise<LabExperiment>,
  context: CommandContext,
  isAgreed: () => Promise<boolean>,
): Promise<LabExperiment> {
  const { promise, resolve, reject } = Promise.withResolvers<LabExperiment>();
  let id: string | null = null;
  const stop = () => void call(bridge, 'lab.stop', null).catch(reject);
  const show = progressOn(context);
  const undo = bridge.on((delta) => {
    if (delta.kind !== 'lab' || delta.experiment.id !== id) return;
    show(delta.experiment);
    take(delta.experiment);
  });
  let hasAsked = false;
  const goOn = async (experiment: LabExperiment) => {
    if (hasAsked) return;
    hasAsked = true;
    context.complain(`Fast is granted. Which conditions it needs takes ${priceText(experiment)} more.`);
    if (await isAgreed()) await call(bridge, 'lab.confirm', { id: experiment.id });
    else await call(bridge, 'lab.stop', null);
  };
  const take = (experiment: LabExperiment) => {
    if (experiment.state === 'asking') goOn(experiment).catch(reject);
    else if (experiment.state !== 'running') resolve(experiment);
  };
  const look = () => {
    if (id !== null) call(bridge, 'lab.get', { id }).then(take, reject);
  };
  const timer = setInterval(look, lookMs);
  const stopHearing = onStopSignal(stop);
  start().then((experiment) => {
    id = experiment.id;
    show(experiment);
  }, reject);
  return promise.finally(() => {
    clearInterval(timer);
    undo();
    stopHearing();
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  });
}

/** `48 turns, about 1 min` */
function priceText({ search }: LabExperiment): string {
  const price = search?.price ?? null;
  return price === null
    ? 'some turns'
    : `${price.turns} turns, counted like ${price.standardEquivalentTokens.toLocaleString('en')} standard tokens, about ${Math.max(1, Math.round(price.durationMs / 60_000))} min`;
}

/** One line that is written over at a terminal; elsewhere a line for each pair. */
function progressOn(context: CommandContext): (experiment: LabExperiment) => void {
  if (process.stderr.isTTY) {
    return (experiment) => {
      // A terminal that does not tell its width says 0.
      const width = Math.max(20, (process.stderr.columns || 80) - 1);
      process.stderr.write(`\r\u001b[K${progressBar(experiment).slice(0, width)}`);
    };
  }
  let pairs = 0;
  return (experiment) => {
    if (experiment.pairs.length === pairs) return;
    pairs = experiment.pairs.length;
    context.complain(progressLine(experiment));
  };
}
