/** One line of the command palette. */
export interface PaletteEntry {
  /** Where the label may not be the only one of its kind. */
  readonly id?: string;
  readonly label: string;
  /** The keys that do the same. */
  readonly keys?: string;
  readonly run: () => void;
}

/** The entries whose label has every word that was typed; those that begin with it first. */
export function matching(entries: readonly PaletteEntry[], typed: string): readonly PaletteEntry[] {
  const text = typed.trim().toLowerCase();
  const words = text.split(/\s+/);
  const found = entries.filter(({ label }) => words.every((word) => label.toLowerCase().includes(word)));
  const begins = ({ label }: PaletteEntry): number => (label.toLowerCase().startsWith(text) ? 0 : 1);
  return text === '' ? entries : found.toSorted((a, b) => begins(a) - begins(b));
}
