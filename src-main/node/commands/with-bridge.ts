import type { z } from 'zod';
import { type Bridge, type CallInput, type CallName, type CallOutput, contract } from '../../shared/contract.ts';
import { SlipstreamError } from '../../shared/errors.ts';
import type { Result } from '../../shared/result.ts';
import { english } from '../../shared/words/english.ts';
import { connectBridge } from '../bridge-client.ts';
import { answerCall, wrongPart } from '../call.ts';
import type { CommandContext } from '../context.ts';
import { type InstanceHold, reachInstance } from '../instance.ts';
import type { CommonOptions } from '../options.ts';
import { tidyAtStop } from '../stop-signals.ts';
import { runOwnCore } from './own-core.ts';

/**
 * Makes calls of the running instance, or, with none running, of a core composed for this one command. `longWork` says what
 * a command does that keeps the data folder for long, to whoever wants it meanwhile.
 */
export async function withBridge<T>(
  options: CommonOptions,
  context: CommandContext,
  use: (bridge: Bridge) => Promise<T>,
  longWork?: string,
): Promise<T> {
  const access = await reachInstance(options.dataDir, context.complain);
  if (access.kind === 'held') {
    if (longWork !== undefined) access.hold.announceWork(longWork);
    return withOwnCore(options, context, access.hold, use);
  }
  const client = await connectBridge(access.record);
  try {
    return await use(client);
  } finally {
    client.close();
  }
}

async function withOwnCore<T>(
  options: CommonOptions,
  context: CommandContext,
  hold: InstanceHold,
  use: (bridge: Bridge) => Promise<T>,
): Promise<T> {
  const {
    app,
    host,
    handlers,
    stop: stopCore,
  } = await runOwnCore(options, context, {
    hold,
    logLevel: 'warn',
    port: 0,
    listenIp: null,
    demo: false,
  });
  let stopping: Promise<void> | null = null;
  const stop = () => {
    stopping ??= stopCore();
    return stopping;
  };
  const letGo = tidyAtStop(stop);
  try {
    const invoke = <K extends CallName>(name: K, input: CallInput<K>) =>
      answerCall(handlers, { caller: 'command', name, input }, host.log) as Promise<Result<CallOutput<K>>>;
    return await use({ invoke, on: app.onDelta });
  } finally {
    await stop();
    await letGo();
  }
}

/** An input as its schema has it. Throws `request_invalid` with what is wrong with it: it is what the user wrote. */
export function checked<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const { place, why } = wrongPart(parsed.error.issues);
  throw new SlipstreamError('request_invalid', {
    message: `${place === null ? 'The input' : `"${place}"`} is wrong: ${why}.`,
  });
}

/** The value of a call, or its failure as an error. */
export async function call<K extends CallName>(bridge: Bridge, name: K, input: CallInput<K>): Promise<CallOutput<K>> {
  checked(contract[name].input, input);
  const result = await bridge.invoke(name, input);
  if (!result.ok) {
    throw new SlipstreamError(result.error.code, { message: english.told(result.error.message) });
  }
  return result.value;
}
