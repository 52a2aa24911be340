/** A text with `added` in place of what stands from `start` to `end`. */
export function splice(text: string, [start, end]: readonly [number, number], added: string): string {
  return `${text.slice(0, start)}${added}${text.slice(end)}`;
}

/** Where the line of an offset begins. */
export function lineStart(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}

/** The number of the line that an offset is in, the first being 1. */
export function lineNumber(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
