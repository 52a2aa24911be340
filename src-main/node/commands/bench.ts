import type { Bridge } from '../../shared/contract.ts';
import { type LabExperiment, LabRequest } from '../../shared/lab.ts';
import type { CommandContext } from '../context.ts';
import type { CommonOptions } from '../options.ts';
import { call, withBridge } from './with-bridge.ts';

export interface BenchOptions extends CommonOptions {
  readonly pairs: number;
  readonly model: string;
}

const barWidth = 30;

/** Runs one experiment of the fast lab: its cost and a progress bar on standard error, its result as JSON on standard output. */
export async function bench({ pairs, model, ...options }: BenchOptions, context: CommandContext): Promise<number> {
  const request = LabRequest.parse({ pairs, model });
  return withBridge(options, context, async (bridge) => {
    const estimate = await call(bridge, 'lab.estimate', request);
    context.complain(`This sends ${estimate.sentence} Ctrl+C stops it and keeps what was measured.`);
    if (estimate.modelHasPriority === false) context.complain(`${model} has no priority tier; expect no difference.`);
    const ended = await runToEnd(bridge, request);
    context.complain(ended.problem ?? ended.result.sentence);
    context.print(JSON.stringify(ended, null, 2));
    return ended.state === 'failed' ? 1 : 0;
  });
}

function runToEnd(bridge: Bridge, request: LabRequest): Promise<LabExperiment> {
  const { promise, resolve, reject } = Promise.withResolvers<LabExperiment>();
  let id: string | null = null;
  const stop = () => void call(bridge, 'lab.stop', null).catch(reject);
  const undo = bridge.on((delta) => {
    if (delta.kind !== 'lab' || (id !== null && delta.experiment.id !== id)) return;
    showProgress(progressBar(delta.experiment));
    if (delta.experiment.state !== 'running' && id !== null) resolve(delta.experiment);
  });
  process.once('SIGINT', stop);
  call(bridge, 'lab.start', request).then((experiment) => {
    id = experiment.id;
  }, reject);
  return promise.finally(() => {
    undo();
    process.off('SIGINT', stop);
    showProgress('');
  });
}

/** One line that is written over; nothing where standard error is a file. */
function showProgress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${line}`);
}

/** `[######------]  12/48 turns  −8.1 % (3 of 6 blocks)` */
export function progressBar({ turnsDone, turnsTotal, result }: LabExperiment): string {
  const filled = Math.round((turnsDone / turnsTotal) * barWidth);
  const bar = `${'#'.repeat(filled)}${'-'.repeat(barWidth - filled)}`;
  const effect =
    result.effectPercent === null ? '' : `  ${result.effectPercent.toFixed(1)} % (${result.blocks} blocks)`;
  return `[${bar}] ${turnsDone}/${turnsTotal} turns${effect}`;
}
