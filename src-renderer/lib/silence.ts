import type { RequestRow } from '../../src-main/shared/model.ts';
import type { Words } from '../../src-main/shared/words/words.ts';

/** Models think for a while without a word; longer than this is worth a look. */
const stalledAfterMs = 20_000;

/** How long upstream has said nothing to a turn that runs. */
export function lastEventText(
  { t, format }: Words,
  row: Pick<RequestRow, 'startedAt' | 'lastEventAt'>,
  nowMs: number,
): { readonly short: string; readonly long: string; readonly isStalled: boolean } {
  const { startedAt, lastEventAt } = row;
  const isStalled = nowMs - (lastEventAt ?? startedAt) >= stalledAfterMs;
  // The program's clock and the page's are the same, but rounding may put an event a little ahead.
  const last = lastEventAt === undefined ? null : format.relative(Math.min(lastEventAt, nowMs), nowMs);
  const short = last ?? t('turn.event.none.short');
  const since = last === null ? t('turn.event.none') : t('turn.event.last', { when: last });
  return { short, long: isStalled ? `${since} ${t('turn.event.stalled')}` : since, isStalled };
}
