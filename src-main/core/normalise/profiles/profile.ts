import type { Fill } from '../../../shared/learned-profile.ts';
import type { Transport } from '../../../shared/model.ts';

/** Members of the turn metadata that a profile's client sends and that Slipstream can truthfully fill. */
export type TurnMetadataField =
  | 'installation_id'
  | 'session_id'
  | 'thread_id'
  | 'turn_id'
  | 'window_id'
  | 'request_kind'
  | 'model'
  | 'turn_started_at_unix_ms';

/** Members of `client_metadata` beyond the turn metadata. */
export type ClientMetadataField =
  | 'session_id'
  | 'thread_id'
  | 'turn_id'
  | 'x-codex-window-id'
  | 'x-codex-installation-id';

/** Names that the client sends over one transport, as captured: those that are always there, and those that may be. */
export interface CapturedShape {
  readonly headers: readonly string[];
  readonly optionalHeaders: readonly string[];
  readonly fields: readonly string[];
  readonly optionalFields: readonly string[];
}

/** A header or body member beyond those that every profile has, and what stands in it. */
export interface ProfileExtra {
  readonly name: string;
  readonly on: readonly Transport[];
  readonly fill: Fill;
}

/** One official client version's shape on the wire, as data. */
export interface Profile {
  /** Name in settings and traces. */
  readonly id: string;
  readonly version: string;
  /** Value of `openai-beta`, on the websocket upgrade only. */
  readonly websocketBeta: string;
  /** Headers that carry the effective session id. */
  readonly sessionHeaders: readonly string[];
  readonly windowHeader: string | null;
  readonly betaFeatures: string | null;
  /** 0.118 sent no user agent on the upgrade. */
  readonly userAgentOn: readonly Transport[];
  readonly turnMetadata: readonly TurnMetadataField[];
  readonly clientMetadata: readonly ClientMetadataField[];
  /** Headers on one transport that are `client_metadata` members on the other. */
  readonly crossings: readonly { readonly header: string; readonly metadata: string }[];
  /** `client_metadata` members that only exist on a websocket. */
  readonly websocketOnlyMetadata: readonly string[];
  /** Request headers that only exist on HTTP. */
  readonly httpOnlyHeaders: readonly string[];
  /** `content-encoding` of a turn's body on HTTP, with a ChatGPT sign-in; null sends it plain. */
  readonly bodyEncoding: 'zstd' | null;
  /** Value of `accept-encoding` on HTTP; null sends none. */
  readonly acceptEncoding: string | null;
  /** Members of `client_metadata` and of the turn metadata that the client was seen to send, whether or not we fill them. */
  readonly capturedMetadata: { readonly client: readonly string[]; readonly turn: readonly string[] };
  /** Learned beyond the built-in shapes: for clients that are not Codex. */
  readonly moreHeaders?: readonly ProfileExtra[];
  readonly moreFields?: readonly ProfileExtra[];
  /** Headers of the built-in shapes that this version does not send. */
  readonly without?: Readonly<Record<Transport, readonly string[]>>;
  /** Names that the installed client itself was seen to send, and that its requests may therefore carry upstream. */
  readonly relayed?: ReadonlySet<string>;
  /** Of the user agent, where it is not the usual one; in the words of `shared/learned-profile.ts`. */
  readonly userAgentForm?: string;
  /** What traces are compared with. Null: that transport was not captured. */
  readonly captured: Readonly<Record<Transport, CapturedShape | null>>;
}
