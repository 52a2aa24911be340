/** Without the case of ASCII letters, which is all that SQLite's `lower` knows: every place that filters agrees. */
export function foldCase(text: string): string {
  return text.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase());
}
