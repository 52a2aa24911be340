import { isSendable, type RawHeaders } from '../headers.ts';

/** Answer headers that clients read (PROTOCOL.md, Websocket to Usage and limits), and what may join them. */
const forClients =
  /^(openai-|x-codex-|x-openai-|x-oai-|x-responsesapi-|x-models-etag$|x-request-id$|x-reasoning-included$)/;

/** Of upstream's answer, the headers that its client is told. `x-codex-turn-state` belongs to HTTP alone; an alias stands for its model. */
export function answerHeaders(headers: RawHeaders, isWebsocket: boolean, modelAlias: string | null): RawHeaders {
  return headers.flatMap(([rawName, value]) => {
    const name = rawName.toLowerCase();
    if (!forClients.test(name) || !isSendable([name, value])) return [];
    if (isWebsocket && name === 'x-codex-turn-state') return [];
    return [[name, name === 'openai-model' ? (modelAlias ?? value) : value] as [string, string]];
  });
}
