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
  const { raw, body, translated, mended, key, ...asked } = request;
  const watch = watcher.begin({
    ...asked,
    id,
    ...(key && { keyName: key.name() }),
    ...(frameType === undefined ? {} : { frameType }),
    isReplay: asked.own !== undefined,
    body: (translated ?? mended)?.clientBody ?? raw,
    parsed: body,
    model: textMember(body, 'model') ?? '',
    tierAsked: textMember(body, 'service_tier'),
    effort: textMember(objectMember(body, 'reasoning'), 'effort'),
  });
  watch.session(sessionId);
  return watch;
}
