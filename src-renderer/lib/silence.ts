import type { RequestRow } from '../../src-main/shared/model.ts';
import { formatRelative } from './format.ts';

/** Models think for a while without a word; longer than this is worth a look. */
const stalledAfterMs = 20_000;

/** How long upstream has said nothing to a turn that runs. */
export function lastEventText(
  row: Pick<RequestRow, 'startedAt' | 'lastEventAt'>,
  nowMs: number,
): { readonly short: string; readonly long: string; readonly isStalled: boolean } {
  const { startedAt, lastEventAt } = row;
  const isStalled = nowMs - (lastEventAt ?? startedAt) >= stalledAfterMs;
  // The program's clock and the page's are the same, but rounding may put an event a little ahead.
  const last = lastEventAt === undefined ? null : formatRelative(Math.min(lastEventAt, nowMs), nowMs);
  const short = last ?? 'no event yet';
  const since = last === null ? 'No event yet.' : `Last event ${last}.`;
  const hint =
    'It may have stalled: a model that thinks hard can be silent for minutes, but so is a connection that has died.';
  return { short, long: isStalled ? `${since} ${hint}` : since, isStalled };
}
