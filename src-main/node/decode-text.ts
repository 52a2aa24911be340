/** The text of a file that a person may have written: in UTF-8 or, as Windows' own tools write it, in UTF-16; without its mark. */
export function decodeText(bytes: Uint8Array): string {
  return new TextDecoder(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8').decode(bytes);
}
