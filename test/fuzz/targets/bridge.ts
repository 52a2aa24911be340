import { deepStrictEqual, ok } from 'node:assert/strict';
import fc from 'fast-check';
import type { Json } from '../../../src-main/core/json.ts';
import { answerCall } from '../../../src-main/node/call.ts';
import { type CallName, contract, type Handlers } from '../../../src-main/shared/contract.ts';
import { recordingLog } from '../../support/host.ts';
import { jsonValues, memberNames, mutated } from '../inputs.ts';
import { led } from '../led.ts';
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
async function callRule(caller: 'screen' | 'command', name: string, input: unknown): Promise<void> {
  const answer = await answerCall(handlers, { caller, name, input }, recordingLog());
  if (!answer.ok) ok(refusals.includes(answer.error.code), `${answer.error.code}: ${answer.error.message}`);
  ok(JSON.stringify(answer).length > 0);
  deepStrictEqual(Object.keys(Object.prototype), []);
}

export const bridgeCall = target('bridge-call', calls, ({ caller, name, input }) =>
  callRule(caller as 'screen' | 'command', name, input),
);

/** The name of a call, and on the next line what it is given. */
export const ledBridge = led({
  name: 'led-bridge',
  seeds: names.map((name) => `${name}\n${JSON.stringify(likely)}`),
  words: [
    ...names,
    ...Object.keys(Object(likely)).map((name) => `"${name}":`),
    '__proto__',
    'null',
    '-1',
    '1e400',
    '[]',
    '{}',
  ],
  rule: async (input) => {
    const [name = '', ...rest] = input.toString().split('\n');
    const value = parsed(rest.join('\n'));
    await callRule('screen', name, value);
    await callRule('command', name, value);
  },
});

/** What is no JSON never comes as far as a call. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
