/** A text in UTF-8 in memory of its own: out of Node's shared pool, a short one that is kept for long would keep 64 KiB. */
export function ownBuffer(text: string): Buffer {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
  bytes.write(text);
  return bytes;
}

/** The same text, and nothing else: a part of a longer one would keep all of that. */
export function ownText(text: string): string {
  // Mostly one byte for each character, of which UTF-16 would make two.
  const own = Buffer.from(text).toString();
  return own === text ? own : Buffer.from(text, 'utf16le').toString('utf16le');
}
