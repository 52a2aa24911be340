const startsWithDay = /^(\d{4})-(\d{2})-(\d{2})(?!\d)/;
const namesYear = /(?:^|\D)\d{4}(?!\d)/;

/** Epoch ms of a date, or a date and time, that a person wrote; local where it names no zone. Null for what is none. */
export function readMoment(text: string): number | null {
  // A mere number would be read as a month or year, and a day that its month lacks as one of the next.
  if (!namesYear.test(text) || !isDayOfItsMonth(text)) return null;
  // A date alone would be read as UTC.
  const atMs = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00` : text);
  return Number.isNaN(atMs) ? null : atMs;
}

function isDayOfItsMonth(text: string): boolean {
  const [, year, month, day] = startsWithDay.exec(text) ?? [];
  return (
    day === undefined || new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day)
  );
}
