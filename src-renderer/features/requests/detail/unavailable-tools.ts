import type { RequestRow, TraceDetail } from '../../../../src-main/shared/model.ts';

const kindWords: Readonly<Record<Exclude<RequestRow['kind'], 'turn'>, string>> = {
  prewarm: 'a prewarm',
  compact: 'a compaction',
  other: 'a request of another kind',
};

/** Why a request cannot be copied as a command; null where it can. */
export function whyNoCurl({ clientRequest }: TraceDetail): string | null {
  return clientRequest.body === null ? 'its body is not kept' : null;
}

/** Why a request cannot be sent again, as far as the page can know; null where it may. */
export function whyNoReplay({ row, clientRequest, isStored }: TraceDetail): string | null {
  if (row.kind !== 'turn') return `it is ${kindWords[row.kind]}, not a whole turn`;
  if (clientRequest.body === null) return 'its body is not kept';
  // What is on the disk is redacted, and what goes upstream must not be.
  return isStored ? 'its body is not in memory any more' : null;
}

/** Both in one sentence; null where both can be done. */
export function whyNotWords(detail: TraceDetail): string | null {
  const [curl, replay] = [whyNoCurl(detail), whyNoReplay(detail)];
  if (curl !== null && curl === replay) return `Cannot be copied as cURL or sent again: ${curl}.`;
  const parts = [
    ...(curl === null ? [] : [`Cannot be copied as cURL: ${curl}.`]),
    ...(replay === null ? [] : [`Cannot be sent again: ${replay}.`]),
  ];
  return parts.length === 0 ? null : parts.join(' ');
}
