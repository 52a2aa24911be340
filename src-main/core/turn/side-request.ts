import type { Readable } from 'node:stream';
import type { SlipstreamError } from '../../shared/errors.ts';
import type { RawHeaders } from '../headers.ts';
import type { KeyPass } from '../key-pass.ts';
import type { OwnFrame } from '../own-frame.ts';

/** A body on its way in. */
export interface SideBody {
  /** What was read of it is still there, so that it can be read once more from its beginning. */
  readonly canReplay: boolean;
  /** Rejects with an error of the table where the client's part of it fails. */
  read(): AsyncIterable<Buffer>;
}

/** A Codex client's request that is no turn, for a path below upstream's base. */
export interface SideRequest {
  readonly method: string;
  /** As the client asked it, without its key. */
  readonly path: string;
  /** Below the base, with its query; checked to stay there. */
  readonly upstreamPath: string;
  /** As sent, less the credentials that opened the door. */
  readonly headers: RawHeaders;
  readonly body: SideBody | null;
  /** Absent for the first key. */
  readonly key?: KeyPass;
  /** Monotonic ms. */
  readonly acceptedMs: number;
}

/** Where the answer goes. Exactly one call is made. */
export interface SideSink {
  /** Resolves when all of it is with the client; rejects where it broke off. */
  answer(status: number, headers: RawHeaders, body: Readable): Promise<void>;
  /** Returns the headers and the body it told. */
  fail(error: SlipstreamError): { readonly headers: RawHeaders; readonly frames: readonly OwnFrame[] };
}
