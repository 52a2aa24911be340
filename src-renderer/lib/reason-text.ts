import type { RequestRow, UpstreamWords } from '../../src-main/shared/model.ts';
import type { Translate, Words } from '../../src-main/shared/words/words.ts';

type Ended = Pick<RequestRow, 'status' | 'error' | 'said'>;

/** Why a turn failed, was sent back or stopped short, in a word: upstream's code, else how its line was closed, else our own code. */
export function reasonWord(t: Translate, { status, error, said }: Ended): string | null {
  if (status !== 'failed' && status !== 'sent-back' && status !== 'incomplete') return null;
  if (said?.code != null) return said.code;
  if (said?.closeCode != null) return t('turn.reason.close', { code: said.closeCode });
  return error?.code ?? null;
}

/** The same in a sentence, as far as it is known. */
export function reasonSentence({ t, failure }: Words, row: Ended): string | undefined {
  const words = (row.error === null ? null : failure(row.error)) ?? row.said?.message ?? row.said?.closeReason;
  const word = reasonWord(t, row);
  if (word === null || words == null) return words ?? word ?? undefined;
  return t('turn.reason', { word, sentence: words });
}

/** What upstream said beyond its words, name by name; nothing that is not known. */
export function saidFacts(
  t: Translate,
  said: UpstreamWords | null,
): readonly (readonly [name: string, value: string])[] {
  if (said === null) return [];
  const { code, param, closeCode, closeReason } = said;
  const closed = [
    closeCode === null ? null : t('turn.said.closeCode', { code: String(closeCode) }),
    closeReason,
  ].filter((part) => part !== null);
  const facts: readonly (readonly [string, string | null])[] = [
    [t('turn.said.code'), code],
    [t('turn.said.param'), param],
    [t('turn.said.closed'), closed.length === 0 ? null : closed.join(', ')],
  ];
  return facts.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]));
}
