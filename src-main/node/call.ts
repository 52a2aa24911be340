import type { $ZodIssue } from 'zod/v4/core';
import type { Logger } from '../core/ports.ts';
import type { CallInput, CallName, contract, Handlers } from '../shared/contract.ts';
import { SlipstreamError } from '../shared/errors.ts';
import { failure, type Result, success } from '../shared/result.ts';

export type Caller = (typeof contract)[CallName]['callers'][number];

interface Call {
  readonly caller: Caller;
  readonly name: string;
  readonly input: unknown;
}

/** Makes a contract call that came over a process border: checked here, answered as a `Result`, never thrown. */
export async function answerCall(handlers: Handlers, call: Call, log: Logger): Promise<Result<unknown>> {
  try {
    return await checkedCall(handlers, call);
  } catch (thrown) {
    if (thrown instanceof SlipstreamError) return failure(thrown.code, thrown.told);
    log.error('A call failed.', { call: call.name.slice(0, 100), error: thrown });
    return failure('internal', new SlipstreamError('internal').message);
  }
}

/** Throws what the handler throws, and `program_replaced`. */
async function checkedCall(handlers: Handlers, { caller, name, input }: Call): Promise<Result<unknown>> {
  // The schemas of all calls take a twentieth of a start, and nobody calls before it is over.
  const { contract, isCallName } = await import('../shared/contract.ts');
  if (!isCallName(name)) {
    return failure('call_unknown', `There is no call "${name.slice(0, 100)}".`);
  }
  const callers: readonly Caller[] = contract[name].callers;
  if (!callers.includes(caller)) {
    return failure('call_refused', `A ${caller} may not call ${name}.`);
  }
  const parsed = contract[name].input.safeParse(input);
  if (!parsed.success) {
    const { place, why } = wrongPart(parsed.error.issues);
    return failure('call_invalid', `The input of ${name} is wrong${place === null ? '' : ` at "${place}"`}: ${why}.`);
  }
  return success(await handle(handlers, name, parsed.data));
}

/** The field that is wrong, null for the whole, and why: of the first issue, since one mistake makes others. */
export function wrongPart([issue]: readonly $ZodIssue[]): { readonly place: string | null; readonly why: string } {
  if (issue === undefined) return { place: null, why: 'it has another form' };
  return { place: issue.path.length === 0 ? null : issue.path.join('.'), why: whyOf(issue) };
}

/** The schema's own words, and in place of the library's on lengths some that people read. */
function whyOf(issue: $ZodIssue): string {
  const isLength = 'origin' in issue && (issue.origin === 'string' || issue.origin === 'array');
  if (!isLength || !issue.message.startsWith('Too ')) return issue.message;
  if (issue.code === 'too_small') return Number(issue.minimum) === 1 ? 'must not be empty' : issue.message;
  if (issue.code !== 'too_big') return issue.message;
  return issue.origin === 'string'
    ? `must be at most ${issue.maximum} characters long`
    : `must have at most ${issue.maximum} entries`;
}

function handle<K extends CallName>(handlers: Handlers, name: K, input: unknown) {
  // The input was parsed by the schema of this very call; the compiler cannot tie the two together.
  return handlers[name](input as CallInput<K>);
}
