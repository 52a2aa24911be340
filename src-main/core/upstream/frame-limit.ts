import { headerValue, type RawHeaders } from '../headers.ts';

/** Upstream closes the socket over a frame of this size (PROTOCOL.md, Websocket). */
export const maxFrameBytes = 16 * 1024 * 1024;

/** The size that a frame must stay below: what upstream's upgrade answer announces, which is never more than its usual limit. */
export function frameLimitBytes(upgradeHeaders: RawHeaders): number {
  const announced = headerValue(upgradeHeaders, 'x-codex-websocket-max-message-bytes')?.trim() ?? '';
  const bytes = /^[1-9]\d{0,14}$/.test(announced) ? Number(announced) + 1 : maxFrameBytes;
  return Math.min(bytes, maxFrameBytes);
}
