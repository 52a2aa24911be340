const hourMinutes = 60;
const dayMinutes = 24 * hourMinutes;
const weekMinutes = 7 * dayMinutes;

interface WindowWords {
  /** Where its length is not told. */
  readonly unknown: string;
  /** For seven days; left out: `7 d`. */
  readonly week?: string;
}

/** A quota window is called by its length, which is not the same for every plan: `5 h`, `7 d`. */
export function windowName(minutes: number | null, { unknown, week = '7 d' }: WindowWords): string {
  if (minutes === null) return unknown;
  if (minutes === weekMinutes) return week;
  if (minutes % dayMinutes === 0) return `${minutes / dayMinutes} d`;
  return minutes % hourMinutes === 0 ? `${minutes / hourMinutes} h` : `${Math.round(minutes)} min`;
}

/** Between two readings that tell what was drawn of one account's quota, at most: the short window starts anew after that. */
export const longestReadingGapMs = 5 * 60 * 60_000;
