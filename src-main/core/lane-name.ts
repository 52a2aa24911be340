import { closeBrace, quote } from './json-marks.ts';

/** An event as a lane of a client's websocket is told it: its own name is the last member. */
export function inLane(data: Buffer, name: string): Buffer {
  const end = data.lastIndexOf(closeBrace);
  const comma = data.includes(quote) ? ',' : '';
  return Buffer.concat([data.subarray(0, end), Buffer.from(`${comma}"stream_id":${JSON.stringify(name)}}`)]);
}
