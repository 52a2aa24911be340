import { deepStrictEqual, ok } from 'node:assert/strict';
import fc from 'fast-check';
import type { Json } from '../../../src-main/core/json.ts';
import { answerCall } from '../../../src-main/node/call.ts';
import { type CallName, contract, type Handlers } from '../../../src-main/shared/contract.ts';
import { recordingLog } from '../../support/host.ts';
import { jsonValues, memberNames, mutated } from '../inputs.ts';
import { target } from '../target.ts';

const names = Object.keys(contract) as CallName[];

/** Members as calls take them, together: each call picks its own. */
const likely: Json = {
  id: 'x',
  mode: 'login',
  policy: 'on',
  text: '{}',
  enabled: true,
  paused: false,
  websockets: null,
  filter: { status: ['failed'], text: 'a', from: 1 },
  limit: 10,
  before: null,
  ids: ['a', 'b'],
  pairs: 5,
  model: 'gpt-5.5',
  port: 2575,
  proxyUrl: 'http://127.0.0.1:1',
  originator: 'x',
  allowedOrigins: ['https://app.example'],
};

const inputs = fc.oneof(jsonValues, mutated(likely), fc.constantFrom(null, {}, []));
const calls = fc.record({
  caller: fc.constantFrom('screen', 'command'),
  name: fc.oneof({ weight: 8, arbitrary: fc.constantFrom<string>(...names) }, { weight: 1, arbitrary: memberNames }),
  input: inputs,
});

/** What a handler is given has passed the call's schema; everything else is answered before. */
const handlers = Object.fromEntries(
  names.map((name) => [
    name,
    (input: unknown) => {
      ok(contract[name].input.safeParse(input).success, 'a handler got what the schema refuses');
      return input;
    },
  ]),
) as unknown as Handlers;

const refusals: readonly string[] = ['call_unknown', 'call_refused', 'call_invalid'];

/** Any JSON is answered: by the handler of a call that is what it says, or by a clear refusal. */
export const bridgeCall = target('bridge-call', calls, async ({ caller, name, input }) => {
  const answer = await answerCall(handlers, { caller: caller as 'screen' | 'command', name, input }, recordingLog());
  if (!answer.ok) ok(refusals.includes(answer.error.code), `${answer.error.code}: ${answer.error.message}`);
  ok(JSON.stringify(answer).length > 0);
  deepStrictEqual(Object.keys(Object.prototype), []);
});
