import type { z } from 'zod';
import { type Bridge, type CallInput, type CallName, type CallOutput, contract } from '../../shared/contract.ts';
import { SlipstreamError } from '../../shared/errors.ts';
import { connectBridge } from '../bridge-client.ts';
import { wrongPart } from '../call.ts';
import type { CommandContext } from '../context.ts';
import type { InstanceRecord } from '../find-instance.ts';
import { reachInstance } from '../instance.ts';
import type { CommonOptions } from '../options.ts';
import { loadQuietly } from '../stop-signals.ts';

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
    const { withOwnCore } = await loadQuietly(() => import('./own-core.ts'));
    return withOwnCore(options, context, access.hold, use);
  }
  // Long work may end after an upgrade: words for its failure come from the files it began with.
  if (longWork !== undefined) await loadEnglish();
  return withInstance(access.record, use);
}

const loadEnglish = async () => (await import('../../shared/words/english.ts')).english;

/** Makes calls of a running instance. Throws `instance_absent`. */
export async function withInstance<T>(record: InstanceRecord, use: (bridge: Bridge) => Promise<T>): Promise<T> {
  const client = await connectBridge(record);
  try {
    return await use(client);
  } finally {
    client.close();
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
  if (result.ok) return result.value;
  const english = await loadEnglish();
  throw new SlipstreamError(result.error.code, { message: english.told(result.error.message) });
}
