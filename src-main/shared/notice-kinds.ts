/** What notifications can be about, each chosen by the user. What answers a click of theirs is shown in any case. */
export const noticeKinds = ['quota', 'account', 'update', 'experiment'] as const;
export type NoticeKind = (typeof noticeKinds)[number];

/** A part of each day, in minutes since local midnight; it goes over midnight where the end comes first. */
export interface QuietHours {
  readonly fromMinute: number;
  readonly toMinute: number;
}

export const minutesADay = 1_440;

/** Whether a minute of the day is in them; the end is not. */
export function isQuiet(hours: QuietHours | null, minute: number): boolean {
  if (hours === null) return false;
  const { fromMinute, toMinute } = hours;
  if (fromMinute <= toMinute) return minute >= fromMinute && minute < toMinute;
  return minute >= fromMinute || minute < toMinute;
}

/** `22:30` of a minute of the day, as a time field has it. */
export function clockText(minute: number): string {
  return [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':');
}

/** The minute of the day that such a text names; null where it names none. */
export function clockMinute(text: string): number | null {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  return hours === undefined || minutes === undefined ? null : Number(hours) * 60 + Number(minutes);
}
