/** Something that Slipstream told a client in its own words, in place of upstream's or beyond them: as it went out, whatever it went out in. */
export interface OwnFrame {
  readonly type: string;
  readonly bytes: number;
  /** Must not be written to. */
  readonly data: Buffer;
}

/** The type of a body of an HTTP answer. */
export const bodyType = 'body';

/** For whoever told nothing by itself. */
export const nothingOwn: readonly OwnFrame[] = [];

export function ownFrame(type: string, data: Buffer): OwnFrame {
  return { type, bytes: data.length, data };
}

/** The close of a websocket: two bytes of a code, and no text. */
export function closeFrame(code: number): OwnFrame {
  return { type: `close ${code}`, bytes: 2, data: Buffer.alloc(0) };
}

/** The code of such a close; null for a frame of another type. */
export function closeCodeOf(type: string): number | null {
  const code = /^close (\d{4})$/.exec(type)?.[1];
  return code === undefined ? null : Number(code);
}
