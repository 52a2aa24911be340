import type { Bridge } from '../../shared/contract.ts';
import { SlipstreamError } from '../../shared/errors.ts';
import type { LabExperiment } from '../../shared/lab.ts';
import { mostLabPairs } from '../../shared/lab-design.ts';
import type { TierId } from '../../shared/tiers.ts';
import type { CommandContext } from '../context.ts';
import type { CoinDeed, CommonOptions } from '../options.ts';
import { findAccount } from './bench.ts';
import { coinLines } from './coin-text.ts';
import { call, withBridge } from './with-bridge.ts';

export interface CoinOptions extends CommonOptions {
  readonly model: string;
  readonly tier: TierId;
  /** E-mail or id; undefined: the account a new session would get. */
  readonly account?: string;
  readonly pairs: number;
  /** Per cent. */
  readonly region: number;
  readonly json?: true;
}

/** Starts a coin, leaves the one of the account and model, or tells of all. Exit code 1: there is none to leave. */
export function coin(what: CoinDeed | undefined, options: CoinOptions, context: CommandContext): Promise<number> {
  return withBridge(options, context, async (bridge) => {
    const changed = what === undefined ? null : await (what === 'start' ? start : leave)(options, bridge);
    const told = changed === null ? await coinsOf(bridge) : [changed];
    if (options.json) context.print(JSON.stringify(changed ?? told, null, 2));
    else if (told.length === 0)
      context.print('No coin is thrown, and none was. "npx slipstream fast coin start" begins one.');
    else context.print(told.map((each) => coinLines(each).join('\n')).join('\n\n'));
    return 0;
  });
}

async function coinsOf(bridge: Bridge): Promise<LabExperiment[]> {
  return (await call(bridge, 'lab.list', null)).filter(({ request }) => request.kind === 'coin');
}

async function start({ model, tier, account, pairs, region }: CoinOptions, bridge: Bridge): Promise<LabExperiment> {
  const accountId = account === undefined ? null : await findAccount(bridge, account);
  const regionPercent = region as LabExperiment['request']['regionPercent'];
  return call(bridge, 'coin.start', { model, tier, accountId, pairs: Math.min(pairs, mostLabPairs), regionPercent });
}

async function leave({ model, account }: CoinOptions, bridge: Bridge): Promise<LabExperiment> {
  const accountId = account === undefined ? null : await findAccount(bridge, account);
  const running = (await coinsOf(bridge)).filter(
    ({ endedAt, request }) =>
      endedAt === null && request.model === model && (accountId === null || request.accountId === accountId),
  );
  const [found, another] = running;
  if (another !== undefined)
    throw new SlipstreamError('request_invalid', { message: 'There are several: --account says which one to leave.' });
  if (found === undefined)
    throw new SlipstreamError('request_invalid', { message: `No coin decides for ${model}. --model names another.` });
  return call(bridge, 'coin.stop', { id: found.id });
}
