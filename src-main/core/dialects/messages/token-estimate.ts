import { setImmediate as nextTurnOfLoop } from 'node:timers/promises';
import { isJsonObject, type Json, type JsonObject } from '../../json.ts';

/**
 * Tokens of a text without a tokenizer: what upstream's vocabulary (o200k) makes of words, digits, scripts and
 * punctuation on average. Fitted on prose, code, JSON, CSS, logs and five languages, and within a fifth on each.
 * The libraries that count exactly take 80 MiB and more, and minutes for a text made to hurt them.
 */
const pieces =
  /[A-Z]?[a-z]+|[A-Z]+| ?\p{N}+|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]+|\p{L}+|\s+|[^\s\p{L}\p{N}]+/gu;
const syllabic = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/** Longer words than this are more than one token. */
const wordChars = 10.4;

const perItem = 4;
const perImage = 1_000;
/** Of a document in base64, its pages being unknown. */
const charsPerDocumentToken = 40;
/** Of reasoning as upstream seals it. */
const charsPerSealedToken = 6;

/** Work is done in slices of this size, with a turn of the event loop between them. */
const sliceChars = 64 * 1024;

function pieceTokens(piece: string): number {
  const { length } = piece;
  if (/^[A-Za-z]/.test(piece)) return 1 + Math.max(0, length - wordChars) / 1.32;
  if (/\p{N}$/u.test(piece)) return piece.startsWith(' ') ? 1 + Math.ceil((length - 1) / 3) : Math.ceil(length / 3);
  if (/^\s/.test(piece)) return piece === ' ' ? 0 : piece.includes('\n') ? 0.67 : 1;
  if (syllabic.test(piece)) return length * 0.86;
  return /^\p{L}/u.test(piece) ? Math.max(1, length / 3.9) : 0.53 + length * 0.33;
}

/** About how many tokens a text is. */
export function estimateText(text: string): number {
  let tokens = 0;
  for (const [piece] of text.matchAll(pieces)) tokens += pieceTokens(piece);
  return tokens;
}

/** Every text of a value with the member it is in. */
function* texts(value: Json | undefined, member: string): Generator<readonly [string, string]> {
  if (typeof value === 'string') yield [member, value];
  else if (Array.isArray(value)) for (const one of value) yield* texts(one, member);
  else if (isJsonObject(value)) for (const [key, one] of Object.entries(value)) yield* texts(one, key);
}

async function estimateLong(text: string): Promise<number> {
  let tokens = 0;
  for (let at = 0; at < text.length; at += sliceChars) {
    if (at > 0) await nextTurnOfLoop();
    tokens += estimateText(text.slice(at, at + sliceChars));
  }
  return tokens;
}

/** About how many input tokens a Responses body is. Upstream has no endpoint that counts. */
export async function estimateInput({ input, tools, text }: JsonObject): Promise<number> {
  let tokens = 0;
  let sinceTurn = 0;
  for (const [member, said] of texts(input, '')) {
    sinceTurn += said.length;
    if (sinceTurn > sliceChars) {
      sinceTurn = 0;
      await nextTurnOfLoop();
    }
    if (member === 'type') tokens += 1;
    else if (member === 'image_url' || member === 'file_url') tokens += perImage;
    else if (member === 'file_data') tokens += Math.max(perImage, said.length / charsPerDocumentToken);
    else if (member === 'encrypted_content') tokens += said.length / charsPerSealedToken;
    else tokens += await estimateLong(said);
  }
  const items = Array.isArray(input) ? input.length : 0;
  const schemas = [tools, text].filter((part) => part !== undefined).map((part) => JSON.stringify(part));
  for (const schema of schemas) tokens += await estimateLong(schema);
  return Math.ceil(tokens + items * perItem);
}
