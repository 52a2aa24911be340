import { dialects } from '../core/dialects/dialects.ts';
import { readRequestObject } from '../core/dialects/request-json.ts';
import type { ModelFacts, ReadContext } from '../core/dialects/translation.ts';
import type { JsonObject } from '../core/json.ts';
import type { Host } from '../core/ports.ts';
import { OwnSink } from '../core/turn/own-sink.ts';
import { ownTurn } from '../core/turn/own-turn.ts';
import type { TurnRunner } from '../core/turn/runner.ts';
import type { TurnRequest } from '../core/turn/turn.ts';
import { SlipstreamError } from '../shared/errors.ts';
import type { Dialect, TraceDetail } from '../shared/model.ts';
import { aliasParts } from '../shared/tiers.ts';
import type { ReplayRequest } from '../shared/trace-tools.ts';
import { absent } from '../shared/turn-words.ts';
import { saidInEnglish } from '../shared/words/said.ts';
import { tell } from '../shared/words/told.ts';
import type { Told } from '../shared/words/told-text.ts';
import type { Traces } from './traces.ts';

/** Headers that a new turn does not repeat: credentials are gone, and a turn state belongs to its turn. */
const notReplayed = /^(authorization|x-api-key|cookie|x-codex-turn-state|content-length|content-encoding|host)$/i;

interface ReplayParts {
  readonly host: Host;
  readonly traces: Traces;
  readonly runner: TurnRunner;
  readonly models: ModelFacts;
  /** What an alias such as `gpt-5.5-fast` stands for; every other name as it is. */
  readonly plainModel: (name: string) => string;
  readonly detailOf: (id: string) => Promise<TraceDetail>;
}

/** What the turn's model stood for where it was an alias: it asks for its tier with its own name alone. */
function aliasOf(sent: JsonObject, changes: TraceDetail['changes']): ReturnType<typeof aliasParts> {
  const wasAlias = changes.some(({ step, path }) => step === 'tier' && path === 'body.model');
  return wasAlias && typeof sent.model === 'string' ? aliasParts(sent.model) : null;
}

/** The client's own body with what the user wants otherwise; model and tier have the same names in every dialect. */
function replayBody(
  { type: _type, ...sent }: JsonObject,
  { tier, model }: ReplayRequest,
  changes: TraceDetail['changes'],
  plainModel: ReplayParts['plainModel'],
): JsonObject {
  const alias = aliasOf(sent, changes);
  if (tier === 'same') {
    const kept = model === null || alias === null ? {} : { service_tier: alias.tier.id };
    return { ...sent, stream: true, ...kept, ...(model === null ? {} : { model }) };
  }
  // Messages has a second word for the tier.
  const { service_tier: _tier, speed: _speed, ...tierless } = sent;
  // The tier that was chosen wins over one that the model's name asks for.
  const wanted = model === null ? alias?.model : plainModel(model);
  return {
    ...tierless,
    stream: true,
    ...(wanted === undefined ? {} : { model: wanted }),
    ...(tier === absent ? {} : { service_tier: tier }),
  };
}

/** A client's body as a turn of its dialect. */
function askedAgain(
  dialect: Dialect,
  clientJson: JsonObject,
  context: ReadContext,
): Pick<TurnRequest, 'dialect' | 'body' | 'raw' | 'translated'> {
  const { readTurn } = dialects[dialect];
  const clientBody = Buffer.from(JSON.stringify(clientJson));
  if (readTurn === null) return { dialect, body: clientJson, raw: clientBody };
  const { body, changes } = readTurn(clientJson, context);
  return { dialect, body, raw: Buffer.from(JSON.stringify(body)), translated: { clientBody, changes } };
}

/** Sends a turn again on its own conversation; answers with the new exchange's id. Upstream stays what it is. */
export async function replay(
  request: ReplayRequest,
  { host, traces, runner, models, plainModel, detailOf }: ReplayParts,
): Promise<string> {
  const refuse = (told: Told): never => {
    throw new SlipstreamError('replay_impossible', saidInEnglish(told));
  };
  const { row, clientRequest, changes } = await detailOf(request.id);
  const raw = traces.recorder.rawBody(request.id) ?? refuse(tell('failures.replay.body'));
  const { body: sent } = await readRequestObject(raw);
  if (row.kind !== 'turn') refuse(tell('failures.replay.kind'));
  if (sent.previous_response_id !== undefined && sent.previous_response_id !== null)
    refuse(tell('failures.replay.previous'));
  const asked = askedAgain(row.dialect, replayBody(sent, request, changes, plainModel), {
    ...models,
    headers: clientRequest.headers,
  });
  const question = {
    ...asked,
    path: asked.dialect === 'responses' ? '/v1/responses' : clientRequest.path,
    headers: clientRequest.headers.filter(([name, value]) => !notReplayed.test(name) && !value.includes('<redacted>')),
    transport: request.transport,
    accountId: row.account?.id ?? null,
  };
  const turn = runner.start(ownTurn(question, host.clock.monotonicMs()), new OwnSink(host.clock), () => {});
  return turn.id;
}
