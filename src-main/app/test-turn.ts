import type { Clock } from '../core/ports.ts';
import { OwnSink } from '../core/turn/own-sink.ts';
import { ownTurn } from '../core/turn/own-turn.ts';
import type { TurnRunner } from '../core/turn/runner.ts';
import { ownQuestion } from './own-question.ts';

/** Sends the cheapest turn there is, on whichever account would serve a client, and answers at once with the id of its exchange. */
export function sendTestTurn(model: string, runner: TurnRunner, clock: Clock): string {
  const text = 'Reply with exactly one word: OK';
  const question = ownQuestion({ userAgent: 'slipstream-test-turn', model, text, effort: 'low', tier: null });
  const sink = new OwnSink(clock);
  const turn = ownTurn({ ...question, transport: null, accountId: null }, clock.monotonicMs());
  return runner.start(turn, sink, () => sink.over()).id;
}
