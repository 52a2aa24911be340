import { SlipstreamError } from '../../shared/errors.ts';
import { writeRequest } from '../dialects/request-json.ts';
import { type ResponsesRequest, readResponsesLimits, readResponsesRequest } from '../dialects/responses/request.ts';
import { clientKind } from '../normalise/client-kind.ts';
import type { Clock } from '../ports.ts';
import type { TurnRunner } from '../turn/runner.ts';
import type { ToldItems } from '../turn/told-items.ts';
import type { SinkListener } from '../turn/turn.ts';
import { CompactSink } from './compact-sink.ts';
import { JsonSink } from './json-sink.ts';
import { withLimits } from './limited-sink.ts';
import { SseSink } from './sse-sink.ts';
import { type HttpExchange, startTurn } from './start-turn.ts';

/** `POST /v1/responses`: one turn, as events or as one JSON object. Rejects with an error of the table for a bad request. */
export async function answerResponses(exchange: HttpExchange, runner: TurnRunner, clock: Clock): Promise<void> {
  const { response, headers } = exchange;
  const { isCodex } = clientKind(headers);
  await startTurn(exchange, runner, clock, async (text, clientBody) => {
    const { stream, isPrewarm: _isPrewarm, ...asked } = readResponsesRequest(text, clientBody);
    const read = isCodex ? asked : await withItems(asked, clientBody, runner.toldItems);
    const limits = isCodex ? null : readResponsesLimits(read.body);
    const makeSink = (turn: SinkListener) => {
      const sink = stream ? new SseSink(response, isCodex, turn, clock) : new JsonSink(response);
      return withLimits(sink, limits, { dialect: 'responses', body: read.body }, turn);
    };
    return { ...read, dialect: 'responses', kind: 'turn', makeSink };
  });
}

type Asked = Pick<ResponsesRequest, 'body' | 'raw' | 'mended'>;

/** The request with the items that it names by their ids. */
async function withItems(asked: Asked, clientBody: Buffer, toldItems: ToldItems): Promise<Asked> {
  const resolved = toldItems.resolve(asked.body);
  if (resolved === null) return asked;
  const { body, changes } = resolved;
  const raw = await writeRequest(body, asked.raw);
  return { body, raw, mended: { clientBody, changes: [...(asked.mended?.changes ?? []), ...changes] } };
}

/** `POST /v1/responses/compact`: upstream's one JSON answer. A stream cannot be had (PROTOCOL.md, Numbered cases, 38). */
export async function answerCompact(exchange: HttpExchange, runner: TurnRunner, clock: Clock): Promise<void> {
  await startTurn(exchange, runner, clock, async (text, clientBody) => {
    const { stream, isPrewarm: _isPrewarm, ...read } = readResponsesRequest(text, clientBody);
    if (stream)
      throw new SlipstreamError('request_invalid', { message: 'A compaction cannot be streamed; leave "stream" out.' });
    return { ...read, dialect: 'responses', kind: 'compact', makeSink: () => new CompactSink(exchange.response) };
  });
}
