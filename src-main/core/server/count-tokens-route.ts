import { readMessagesTurn } from '../dialects/messages/request.ts';
import { estimateInput } from '../dialects/messages/token-estimate.ts';
import type { ModelFacts } from '../dialects/translation.ts';
import type { Clock } from '../ports.ts';
import { readBody } from './body.ts';
import { sendJson } from './send.ts';
import type { HttpExchange } from './start-turn.ts';

/** `POST /v1/messages/count_tokens`: an estimate made here, since upstream does not count. Rejects with an error of the table. */
export async function answerCountTokens(
  { request, response, headers }: HttpExchange,
  models: ModelFacts,
  clock: Clock,
): Promise<void> {
  const raw = await readBody(request, clock);
  const { body } = readMessagesTurn(raw, { ...models, headers });
  sendJson(response, 200, { input_tokens: await estimateInput(body) });
}
