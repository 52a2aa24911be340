import { objectMember, textMember } from '../json.ts';
import type { ExchangeWatch, TurnWatcher } from '../watch.ts';
import type { TurnRequest } from './turn.ts';

/** Tells the watcher of a turn that begins; `frameType` is that of the frame that asked for it, where it is no usual one. */
export function beginWatch(
  watcher: TurnWatcher,
  id: string,
  request: TurnRequest,
  sessionId: string,
  frameType?: string,
): ExchangeWatch {
  const { raw, body, translated, mended, key } = request;
  const watch = watcher.begin({
    id,
    dialect: request.dialect,
    clientTransport: request.clientTransport,
    kind: request.kind,
    method: request.method,
    path: request.path,
    headers: request.headers,
    acceptedMs: request.acceptedMs,
    bodyReadMs: request.bodyReadMs,
    isReplay: request.own !== undefined,
    body: (translated ?? mended)?.clientBody ?? raw,
    parsed: body,
    model: textMember(body, 'model') ?? '',
    tierAsked: textMember(body, 'service_tier'),
    effort: textMember(objectMember(body, 'reasoning'), 'effort'),
    ...(key && { keyName: key.name() }),
    ...(frameType === undefined ? {} : { frameType }),
  });
  watch.session(sessionId);
  return watch;
}
