const narrowest = 6;

interface TableForm {
  readonly indent?: string;
  readonly gap?: string;
  /** Characters a line may have; no limit where it goes to a file or a pipe. */
  readonly maxWidth?: number;
}

/** Rows as lines with columns of equal width; the first row is the heading. Where they are too wide, the widest are cut. */
export function tableLines(
  table: readonly (readonly string[])[],
  { indent = '  ', gap = '   ', maxWidth = terminalWidth() }: TableForm = {},
): readonly string[] {
  const rows = table.map((row) => row.map((text) => text.replace(/\s+/g, ' ')));
  const wanted = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => textWidth(row[column] ?? ''))));
  const widths = fitted(wanted, maxWidth - indent.length - gap.length * (wanted.length - 1));
  return rows.map((row) =>
    `${indent}${row.map((text, column) => cell(text, widths[column] ?? 0)).join(gap)}`.trimEnd(),
  );
}

/** The widest column gives way first, down to a width at which something can still be read. */
function fitted(wanted: readonly number[], room: number): readonly number[] {
  const widths = [...wanted];
  for (let over = widths.reduce((sum, width) => sum + width, 0) - room; over > 0; over -= 1) {
    const widest = Math.max(...widths);
    if (widest <= narrowest) break;
    widths[widths.lastIndexOf(widest)] = widest - 1;
  }
  return widths;
}

function cell(text: string, width: number): string {
  const over = textWidth(text) > width;
  const shown = over ? `${begin(text, width - 1)}…` : text;
  return `${shown}${' '.repeat(Math.max(0, width - textWidth(shown)))}`;
}

const characters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** What takes two columns of a terminal. */
const wide =
  /^(?:\p{Emoji_Presentation}|.*\u{fe0f}|(?![\uff61-\uffdc])[\p{sc=Han}\p{sc=Hangul}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Bopomofo}\u3000-\u303e\u30fc\uff01-\uff60\uffe0-\uffe6])/u;
const plain = /^[\x20-\x7e]*$/;

/** Columns of a terminal that a text takes. */
function textWidth(text: string): number {
  if (plain.test(text)) return text.length;
  return [...characters.segment(text)].reduce((sum, { segment }) => sum + columnsOf(segment), 0);
}

const columnsOf = (character: string): number => (wide.test(character) ? 2 : 1);

/** As much of a text as fits. */
function begin(text: string, width: number): string {
  let [shown, left] = ['', width];
  for (const { segment } of characters.segment(text)) {
    left -= columnsOf(segment);
    if (left < 0) break;
    shown += segment;
  }
  return shown;
}

function terminalWidth(): number {
  return process.stdout.isTTY ? process.stdout.columns || Number.POSITIVE_INFINITY : Number.POSITIVE_INFINITY;
}
