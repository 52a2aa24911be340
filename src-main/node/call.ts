import type { $ZodIssue } from 'zod/v4/core';
import type { Logger } from '../core/ports.ts';
import { type CallInput, type CallName, contract, type Handlers, isCallName } from '../shared/contract.ts';
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
  const { caller, name, input } = call;
  if (!isCallName(name)) {
    return failure('call_unknown', `There is no call "${name.slice(0, 100)}".`);
  }
  const callers: readonly Caller[] = contract[name].callers;
  if (!callers.includes(caller)) {
    return failure('call_refused', `A ${caller} may not call ${name}.`);
  }
  const parsed = contract[name].input.safeParse(input);
  if (!parsed.success) {
    return failure('call_invalid', `The input of ${name} is wrong${placeOf(parsed.error.issues)}.`);
  }
  try {
    return success(await handle(handlers, name, parsed.data));
  } catch (thrown) {
    if (thrown instanceof SlipstreamError) return failure(thrown.code, thrown.told);
    log.error('A call failed.', { call: name, error: thrown });
    return failure('internal', new SlipstreamError('internal').message);
  }
}

/** The field that is wrong, and why: the first of them, since one mistake makes others. */
function placeOf([issue]: readonly $ZodIssue[]): string {
  if (issue === undefined) return '';
  return issue.path.length === 0 ? `: ${issue.message}` : ` at "${issue.path.join('.')}": ${issue.message}`;
}

function handle<K extends CallName>(handlers: Handlers, name: K, input: unknown) {
  // The input was parsed by the schema of this very call; the compiler cannot tie the two together.
  return handlers[name](input as CallInput<K>);
}
