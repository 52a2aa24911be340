import type { TraceDetail } from '../../../../src-main/shared/model.ts';
import type { Translate } from '../../../../src-main/shared/words/words.ts';

/** The end of the id of a text. */
type Why = 'noBody' | 'notInMemory' | 'prewarm' | 'compact' | 'other' | 'goesOn';

/** Of a body, and of no text in it: there the quotes are escaped. */
const goesOn = /"previous_response_id"\s{0,9}:\s{0,9}"/;

/** Why a request cannot be copied as a command; null where it can. */
export function whyNoCurl({ clientRequest }: TraceDetail): Why | null {
  return clientRequest.body === null ? 'noBody' : null;
}

/** Why a request cannot be sent again, as far as the page can know; null where it may. */
export function whyNoReplay({ row, clientRequest, isStored }: TraceDetail): Why | null {
  if (row.kind !== 'turn') return row.kind;
  if (clientRequest.body === null) return 'noBody';
  // What is on the disk is redacted, and what goes upstream must not be.
  if (isStored) return 'notInMemory';
  return goesOn.test(clientRequest.body) ? 'goesOn' : null;
}

/** Both in one sentence; null where both can be done. */
export function whyNotWords(t: Translate, detail: TraceDetail): string | null {
  const [curl, replay] = [whyNoCurl(detail), whyNoReplay(detail)];
  if (curl !== null && curl === replay) return t('tools.neither', { why: t(`tools.why.${curl}`) });
  const parts = [
    ...(curl === null ? [] : [t('tools.noCurl', { why: t(`tools.why.${curl}`) })]),
    ...(replay === null ? [] : [t('tools.noReplay', { why: t(`tools.why.${replay}`) })]),
  ];
  return parts.length === 0 ? null : parts.join(' ');
}
