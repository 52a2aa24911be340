import type { RequestRow } from '../../shared/model.ts';
import { aliasParts } from '../../shared/tiers.ts';
import { isJsonObject } from '../json.ts';
import type { ExchangeStart } from '../watch.ts';

/**
 * What a turn asked for, by the model that it was sent to, as all figures and prices are. Another name of that model which stands
 * for a tier has asked for the tier. `clean` makes a client's word fit to be shown.
 */
export function askedOf(
  { model, tierAsked }: Pick<ExchangeStart, 'model' | 'tierAsked'>,
  sent: string | undefined,
  clean: <T extends string | null>(text: T) => T | string,
): Pick<RequestRow, 'model' | 'tierAsked'> {
  if (sent === undefined || sent === '' || sent === model) return { model: clean(model), tierAsked: clean(tierAsked) };
  return { model: clean(sent), tierAsked: aliasParts(model)?.tier.id ?? clean(tierAsked) };
}

/** The frame that a client asked by; its bytes are the body, but for one of another type. */
export function firstFrame({ body, clientTransport, frameType }: ExchangeStart) {
  if (frameType !== undefined) return { type: frameType, data: body };
  return { type: clientTransport === 'ws' ? 'response.create' : 'body', data: null };
}

/** What a request is for people: newer Codex clients have a turn's last item ask for a compaction (PROTOCOL.md, Side endpoints). */
function kindOf({ kind, parsed }: Pick<ExchangeStart, 'kind' | 'parsed'>): RequestRow['kind'] {
  const last = kind === 'turn' && Array.isArray(parsed?.input) ? parsed.input.at(-1) : undefined;
  return isJsonObject(last) && last.type === 'compaction_trigger' ? 'compact' : kind;
}

/** What is asked again of how it began: headers and body are kept as they are shown. */
export interface KeptStart
  extends Pick<
    ExchangeStart,
    'acceptedMs' | 'clientTransport' | 'dialect' | 'kind' | 'method' | 'model' | 'path' | 'tierAsked'
  > {
  readonly effort: string | null;
  readonly keyName: string | null;
  readonly isReplay: boolean;
}

/** Of how an exchange began, what its record needs once it has read it. */
export function keptStart(start: ExchangeStart): KeptStart {
  const { acceptedMs, clientTransport, dialect, method, model, path, tierAsked } = start;
  const { effort = null, keyName = null, isReplay = false } = start;
  const kind = kindOf(start);
  return { acceptedMs, clientTransport, dialect, kind, method, model, path, tierAsked, effort, keyName, isReplay };
}
