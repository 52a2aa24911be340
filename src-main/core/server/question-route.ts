import type { DialectQuestion } from '../dialects/dialect.ts';
import { readRequestObject } from '../dialects/request-json.ts';
import type { ModelFacts } from '../dialects/translation.ts';
import type { Clock } from '../ports.ts';
import { readBody } from './body.ts';
import { sendJson } from './send.ts';
import type { HttpExchange } from './start-turn.ts';

/** A POST that a dialect answers by itself. Rejects with an error of the table. */
export async function answerQuestion(
  { request, response, headers, share }: HttpExchange,
  question: DialectQuestion,
  models: ModelFacts,
  clock: Clock,
): Promise<void> {
  const { body } = await readRequestObject(await readBody(request, clock, share));
  sendJson(response, 200, await question.answer(body, { ...models, headers }));
}
