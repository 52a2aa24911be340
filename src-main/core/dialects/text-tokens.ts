/**
 * Tokens of a text without a tokenizer: what upstream's vocabulary (o200k) makes of words, digits, scripts and
 * punctuation on average. Fitted on prose, code, JSON, CSS, logs and five languages, and within a fifth on each.
 * The libraries that count exactly take 80 MiB and more, and minutes for a text made to hurt them.
 */
const pieces =
  /[A-Z]?[a-z]+|[A-Z]+| ?\p{N}+|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]+|\p{L}[\p{L}\p{M}]*|\s+|[^\s\p{L}\p{N}]+/gu;
const syllabic = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/** Longer words than this are more than one token. */
const wordChars = 10.4;

function pieceTokens(piece: string): number {
  const { length } = piece;
  if (/^[A-Za-z]/.test(piece)) return 1 + Math.max(0, length - wordChars) / 1.32;
  if (/\p{N}$/u.test(piece)) return piece.startsWith(' ') ? 1 + Math.ceil((length - 1) / 3) : Math.ceil(length / 3);
  if (/^\s/.test(piece)) return piece === ' ' ? 0 : piece.includes('\n') ? 0.67 : 1;
  if (syllabic.test(piece)) return length * 0.86;
  if (/^\p{L}/u.test(piece)) return Math.max(1, length / 3.9);
  // Rules and borders are few tokens, however long.
  return 0.53 + piece.replaceAll(/(.)\1{3,}/gs, '$1$1').length * 0.33;
}

/** About how many tokens a text is. */
export function estimateText(text: string): number {
  let tokens = 0;
  for (const [piece] of text.matchAll(pieces)) tokens += pieceTokens(piece);
  return tokens;
}

/** A longer text is estimated in parts. */
const maxPendingChars = 64 * 1024;
/** What the next piece may go on with is at most this long. */
const maxKeptChars = 256;

/** About how many tokens a text has that comes in pieces, wherever it is cut. */
export class TokenCount {
  /** Of what is estimated by now. */
  #tokens = 0;
  #pending = '';

  add(piece: string): void {
    this.#pending += piece;
    if (this.#pending.length > maxPendingChars) this.#estimate();
  }

  /** Without an estimate while there are fewer characters than the limit has tokens. */
  isOver(limit: number): boolean {
    return this.#tokens + this.#pending.length > limit && this.total > limit;
  }

  get total(): number {
    this.#estimate();
    return this.#tokens + estimateText(this.#pending);
  }

  /** All but the last word, which may go on. */
  #estimate(): void {
    const space = Math.max(this.#pending.lastIndexOf(' '), this.#pending.lastIndexOf('\n'));
    const end = Math.max(space, this.#pending.length - maxKeptChars);
    if (end <= 0) return;
    this.#tokens += estimateText(this.#pending.slice(0, end));
    this.#pending = this.#pending.slice(end);
  }
}
