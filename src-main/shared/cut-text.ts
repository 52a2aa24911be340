/** The beginning of a text, of so many characters at most; a pair of surrogates is kept whole or left out. */
export function cutText(text: string, maxChars: number): string {
  return text.slice(0, cutAt(text, maxChars));
}

/** Where a text can be cut at or before `wanted` without parting a pair of surrogates. */
export function cutAt(text: string, wanted: number): number {
  if (wanted >= text.length) return text.length;
  const unit = text.charCodeAt(wanted);
  return unit >= 0xdc00 && unit <= 0xdfff ? wanted - 1 : wanted;
}
