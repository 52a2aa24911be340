import type { JsonObject } from '../core/json.ts';
import type { Clock } from '../core/ports.ts';
import { OwnSink } from '../core/turn/own-sink.ts';
import { type OwnQuestion, ownTurn } from '../core/turn/own-turn.ts';
import type { TurnRunner } from '../core/turn/runner.ts';

/** The cheapest turn there is: one word, at the standard tier, on whichever account would serve a client. */
function bodyOf(model: string): JsonObject {
  return {
    model,
    stream: true,
    store: false,
    instructions: '',
    input: [
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Reply with exactly one word: OK' }] },
    ],
    reasoning: { effort: 'low' },
    text: { verbosity: 'low' },
  };
}

/** Sends a turn to see that turns arrive, and answers at once with the id of its exchange. */
export function sendTestTurn(model: string, runner: TurnRunner, clock: Clock): string {
  const body = bodyOf(model);
  const question: OwnQuestion = {
    dialect: 'responses',
    path: '/v1/responses',
    headers: [['user-agent', 'slipstream-test-turn']],
    body,
    raw: Buffer.from(JSON.stringify(body)),
    transport: null,
    accountId: null,
  };
  const sink = new OwnSink(clock);
  return runner.start(ownTurn(question, clock.monotonicMs()), sink, () => sink.over()).id;
}
