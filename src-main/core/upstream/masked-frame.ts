import { randomFillSync } from 'node:crypto';

const finalText = 0x81;
const isMasked = 0x80;
/** Bytes before the payload where its length takes eight of them: two, the length, and the mask. */
const headBytes = 14;
/** The payload begins at a multiple of four, where it can be masked by words. */
const payloadAt = 16;
const mask = new Uint32Array(1);
const maskBytes = new Uint8Array(mask.buffer);

/**
 * A client's whole text frame of at least 64 KiB (RFC 6455, 5.2). Masked word by word: ws, byte by byte, would hold the event
 * loop for 2 ms for each megabyte.
 */
export function maskedFrame(payload: Buffer): Buffer {
  const room = Buffer.allocUnsafeSlow(payloadAt + Math.ceil(payload.length / 4) * 4);
  const start = payloadAt - headBytes;
  room[start] = finalText;
  room[start + 1] = isMasked | 127;
  room.writeUInt32BE(Math.floor(payload.length / 2 ** 32), start + 2);
  room.writeUInt32BE(payload.length % 2 ** 32, start + 6);
  randomFillSync(maskBytes);
  room.set(maskBytes, start + 10);
  payload.copy(room, payloadAt);
  const words = new Uint32Array(room.buffer, room.byteOffset + payloadAt, (room.length - payloadAt) / 4);
  const [word = 0] = mask;
  for (let index = 0; index < words.length; index += 1) words[index] = (words[index] ?? 0) ^ word;
  return room.subarray(start, payloadAt + payload.length);
}
