/** Many times what upstream seals of one item. */
const maxSealedChars = 4 * 1024 * 1024;

/** Whether a text has the outer form of upstream's encrypted reasoning: a Fernet token (PROTOCOL.md, What upstream refuses). */
export function looksEncrypted(text: string): boolean {
  if (text.length > maxSealedChars) return false;
  if (!/^gAAAA[A-Za-z0-9_-]*={0,2}$/.test(text)) return false;
  const bytes = Buffer.from(text, 'base64url');
  // version, time and vector before the ciphertext, a 32-byte signature after it
  return bytes.length >= 73 && bytes[0] === 0x80 && (bytes.length - 57) % 16 === 0;
}
