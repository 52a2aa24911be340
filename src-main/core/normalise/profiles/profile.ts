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
type ClientMetadataField = 'session_id' | 'thread_id' | 'turn_id' | 'x-codex-window-id' | 'x-codex-installation-id';

/** Names that the client sends over one transport, as captured: those that are always there, and those that may be. */
interface CapturedShape {
  readonly headers: readonly string[];
  readonly optionalHeaders: readonly string[];
  readonly fields: readonly string[];
  readonly optionalFields: readonly string[];
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
  /** What traces are compared with. Null: that transport was not captured. */
  readonly captured: Readonly<Record<Transport, CapturedShape | null>>;
}
