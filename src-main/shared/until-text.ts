const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

/** ` until 14:05`, local time, with the day where that is not today; empty where it is over or not known. */
export function untilText(epochMs: number | null, nowMs: number): string {
  if (epochMs === null || epochMs <= nowMs) return '';
  const date = new Date(epochMs);
  const isToday = date.toDateString() === new Date(nowMs).toDateString();
  return ` until ${isToday ? '' : `${day.format(date)} `}${time.format(date)}`;
}
