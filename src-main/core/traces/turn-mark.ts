import type { RequestRow } from '../../shared/model.ts';

/** What the user thinks of a turn. */
export interface TurnMark {
  /** It stays whatever the limits are. */
  readonly starred: boolean;
  /** Redacted. */
  readonly note: string | null;
}

/** A row with what the user thinks of it. */
export function withMark(
  { starred: _starred, note: _note, ...row }: RequestRow,
  { starred, note }: TurnMark,
): RequestRow {
  return { ...row, ...(starred ? { starred } : {}), ...(note === null ? {} : { note }) };
}
