import type { Dialect } from '../../shared/model.ts';
import { writeRequest } from '../dialects/request-json.ts';
import type { ModelFacts, ReadTurn } from '../dialects/translation.ts';
import type { Clock } from '../ports.ts';
import type { TurnRunner } from '../turn/runner.ts';
import type { SinkListener } from '../turn/turn.ts';
import { withLimits } from './limited-sink.ts';
import { type HttpExchange, startTurn } from './start-turn.ts';
import { TranslatedJsonSink } from './translated-json-sink.ts';
import { TranslatedSseSink } from './translated-sse-sink.ts';

/** A POST in a dialect that upstream does not speak: one turn like any other, its answer told in that dialect. */
export async function answerTranslated(
  exchange: HttpExchange,
  { dialect, readTurn }: { readonly dialect: Dialect; readonly readTurn: ReadTurn },
  models: ModelFacts,
  runner: TurnRunner,
  clock: Clock,
): Promise<void> {
  const { response, headers } = exchange;
  await startTurn(exchange, runner, clock, async ({ body: asked }, clientBody) => {
    const read = readTurn(asked, { ...models, headers });
    const translator = read.translator();
    const { body, changes, limits } = read;
    const raw = await writeRequest(body, clientBody);
    const makeSink = (turn: SinkListener) => {
      const sink = read.stream
        ? new TranslatedSseSink(response, dialect, translator, turn, clock)
        : new TranslatedJsonSink(response, dialect, translator);
      return withLimits(sink, limits, { dialect, body }, turn);
    };
    return { dialect, kind: 'turn', body, raw, translated: { clientBody, changes }, makeSink };
  });
}
