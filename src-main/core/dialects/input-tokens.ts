import type { Json, JsonObject } from '../json.ts';

/** What a request's input weighs in tokens, as far as that can be told without reading its words. */

export const tokensPerItem = 4;
const perImage = 1_000;
/** Of a document in base64, its pages being unknown. */
const charsPerDocumentToken = 40;
/** Of reasoning as upstream seals it. */
const charsPerSealedToken = 6;
const bytesPerToken = 4;
/** Of a longer text the beginning stands for the whole, of a longer list members at equal distances. */
const sampleChars = 64 * 1024;
const sampleMembers = 1_000;

/** Tokens of a text by the member of an item that holds it; null for words. */
export function tokensOfMember(member: string, text: string): number | null {
  switch (member) {
    case 'type':
      return 1;
    case 'image_url':
    case 'file_url':
      return perImage;
    case 'file_data':
      return Math.max(perImage, text.length / charsPerDocumentToken);
    case 'encrypted_content':
      return text.length / charsPerSealedToken;
    default:
      return null;
  }
}

function bytesOf(text: string): number {
  if (text.length <= sampleChars) return Buffer.byteLength(text);
  return (Buffer.byteLength(text.slice(0, sampleChars)) / sampleChars) * text.length;
}

function sumOf(list: readonly Json[], tokensOf: (one: Json) => number): number {
  const step = Math.ceil(list.length / sampleMembers) || 1;
  let [tokens, looked] = [0, 0];
  for (let at = 0; at < list.length; at += step) {
    tokens += tokensOf(list[at] ?? null);
    looked += 1;
  }
  return looked === 0 ? 0 : (tokens / looked) * list.length;
}

function roughly(value: Json | undefined, member: string): number {
  if (typeof value === 'string') return tokensOfMember(member, value) ?? bytesOf(value) / bytesPerToken;
  if (typeof value !== 'object' || value === null) return value === undefined ? 0 : 1;
  if (Array.isArray(value)) return sumOf(value, (one) => roughly(one, member));
  let tokens = 0;
  for (const [key, one] of Object.entries(value)) tokens += roughly(one, key);
  return tokens;
}

/** The same of a schema: its names count, too. */
function roughSchema(value: Json | undefined): number {
  if (typeof value === 'string') return bytesOf(value) / bytesPerToken;
  if (typeof value !== 'object' || value === null) return value === undefined ? 0 : 1;
  if (Array.isArray(value)) return sumOf(value, roughSchema);
  let tokens = 0;
  for (const [key, one] of Object.entries(value)) tokens += 1 + key.length / bytesPerToken + roughSchema(one);
  return tokens;
}

/**
 * About how many input tokens a Responses body is, from the lengths of its texts alone: for the moments at which upstream has
 * not counted yet. Takes a fraction of a millisecond where `estimateInput` takes many.
 */
export function roughInput({ instructions, input, tools, text }: JsonObject): number {
  const items = Array.isArray(input) ? input.length : 1;
  return Math.ceil(
    roughly(instructions, '') + roughly(input, '') + roughSchema(tools) + roughSchema(text) + items * tokensPerItem,
  );
}
