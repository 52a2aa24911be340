import { foldCase } from './fold-case.ts';

/** Whether texts fit a pattern with `*` for any stretch, whatever their case (of ASCII). Takes time in proportion to both lengths. */
export function globMatcher(pattern: string): (text: string) => boolean {
  const parts = foldCase(pattern).split('*');
  const [first = ''] = parts;
  const last = parts.at(-1) ?? '';
  const middle = parts.slice(1, -1).filter((part) => part !== '');
  if (parts.length === 1) return (text) => foldCase(text) === first;
  return (text) => {
    const folded = foldCase(text);
    if (folded.length < first.length + last.length) return false;
    if (!folded.startsWith(first) || !folded.endsWith(last)) return false;
    let at = first.length;
    const end = folded.length - last.length;
    for (const part of middle) {
      const found = folded.indexOf(part, at);
      if (found < 0 || found + part.length > end) return false;
      at = found + part.length;
    }
    return true;
  };
}
