const narrowest = 6;

interface TableForm {
  readonly indent?: string;
  readonly gap?: string;
  /** Characters a line may have; no limit where it goes to a file or a pipe. */
  readonly maxWidth?: number;
}

/** Rows as lines with columns of equal width; the first row is the heading. Where they are too wide, the widest are cut. */
export function tableLines(
  rows: readonly (readonly string[])[],
  { indent = '  ', gap = '   ', maxWidth = terminalWidth() }: TableForm = {},
): readonly string[] {
  const wanted = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
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
  return text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);
}

function terminalWidth(): number {
  return process.stdout.isTTY ? process.stdout.columns || Number.POSITIVE_INFINITY : Number.POSITIVE_INFINITY;
}
