import type { SlipstreamError } from '../../shared/errors.ts';
import type { Change, Transport } from '../../shared/model.ts';
import type { FastPolicy } from '../../shared/tiers.ts';
import type { RawHeaders } from '../headers.ts';
import type { JsonObject } from '../json.ts';
import type { KeyPass } from '../key-pass.ts';
import type { LeftOut } from '../normalise/normalise.ts';
import type { OwnFrame } from '../own-frame.ts';
import type { UpstreamLine } from '../upstream/attempt.ts';
import type { AttemptStart, ClientRequest, NormalisedNote } from '../watch.ts';
import type { WireEvent } from '../wire-event.ts';
import type { BodyHashes } from './chains.ts';

/** How long a client is told nothing before it is told that its turn lives; proxies and clients give up after 30 s and more. */
export const quietMs = 15_000;

/** One turn as a client asked it, understood but not yet shaped. */
export interface TurnRequest extends ClientRequest {
  /** Behind the path, with its question mark, without a key; a Codex client's goes up. None where it is absent. */
  readonly query?: string;
  /** The client's websocket, which is the session where the client names none; null for HTTP. */
  readonly connectionId: string | null;
  /** A Responses body and its text. */
  readonly body: JsonObject;
  readonly raw: Buffer;
  /** Of `body`, where they were worked out ahead of the turn, since it is long. */
  readonly hashes?: BodyHashes;
  /** Set where `body` was translated from another dialect. */
  readonly translated?: Translated;
  /** Set where the client's own body could not stay as it came. */
  readonly mended?: Translated;
  /** The API key that asked; absent for the first, which may do everything. */
  readonly key?: KeyPass;
  /** Set for Slipstream's own turns: a replay, or one of an experiment. */
  readonly own?: OwnTurn;
}

/** What the client itself sent, and what became of it on the way to a Responses body. */
interface Translated {
  readonly clientBody: Buffer;
  readonly changes: readonly Change[];
}

/** What a turn of Slipstream's own decides by itself. */
export interface OwnTurn {
  /** In place of the user's. */
  readonly fastPolicy: FastPolicy;
  /** Null: the account's. */
  readonly transport: Transport | null;
  /** The one to ask first where the session has none yet; null: as for any other turn. */
  readonly accountId: string | null;
  /** Of the official shape; nothing where it is absent. */
  readonly leftOut?: readonly LeftOut[];
}

/** Upstream's answer before its first event, less what is not for clients. */
export interface AnswerHead {
  readonly headers: RawHeaders;
}

/** What a sink tells its turn between the turn's calls. */
export interface SinkListener {
  /** The client has caught up. */
  resume(): void;
  /** What was given could not be written, for a reason of Slipstream's own. */
  threw(thrown: unknown): void;
  /** The client was told this, which is not upstream's. */
  told(frames: readonly OwnFrame[]): void;
  /** The client has all it asked for, though upstream would go on: ends the turn with what was told, as this. */
  enough(status: 'completed' | 'incomplete'): void;
}

/**
 * Where a turn's answer goes. The server has one for each way a client listens. Exactly one of `end` and `fail` is last. What
 * they return was told in Slipstream's own words and not upstream's, for the trace: nothing where the client is gone. Of an
 * event that Slipstream wrote anew a sink tells its turn, where its client was told it as such.
 */
export interface TurnSink {
  /** From here on the answer is committed; called once, before the first event, perhaps after `wait`. */
  open(head: AnswerHead): void;
  /**
   * Upstream takes long to begin: a client that can be told so without a word of the answer is told that its turn lives. The
   * answer may be open from then on, so that a failure has no status any more.
   */
  wait(): void;
  /** One event. False asks to stop until the client has caught up; the sink then calls `RunningTurn.resume`. */
  event(event: WireEvent): boolean;
  /** One event that Slipstream made itself, told as one of upstream's would be. */
  own(event: WireEvent): readonly OwnFrame[];
  /** The terminal event was given. */
  end(): readonly OwnFrame[];
  /**
   * The turn ended without a terminal event, or with one that says it failed, where the dialect is not upstream's own;
   * before `open` this may still become an HTTP status.
   */
  fail(error: SlipstreamError): readonly OwnFrame[];
  /** Neither `end` nor `fail` could be told: ends the client's connection without a word. */
  cut(): void;
  /** Status and headers that `open` or `fail` told the client, for the trace; null status for a websocket. */
  readonly told: { readonly status: number | null; readonly headers: RawHeaders };
}

/** Why a turn is ended from our side: nobody listens any more, Slipstream stops and says so, or its user stops this one. */
export type AbortReason = 'client_gone' | 'stopping' | 'turn_stopped';

/** Something a client asked, under way. */
export interface Running {
  /** Of its exchange. */
  readonly id: string;
  /** Of the API key that asked; null for the first. */
  readonly keyName: string | null;
  /** Ends upstream's part; the client, by default, went away. */
  abort(why?: AbortReason): void;
}

/** The websocket upstream that a turn runs on, and how it went there. */
export interface TurnLine
  extends Pick<AttemptStart, 'account' | 'url' | 'headers'>,
    Pick<NormalisedNote, 'model' | 'tierSent' | 'modelHasTier'> {
  readonly upstream: UpstreamLine;
  readonly sessionId: string;
}

/** A turn under way. */
export type RunningTurn = Running & SinkListener;

/** A turn that frames of its client can reach while it runs. */
export interface SteerableTurn extends RunningTurn {
  /** The websocket it runs on, for frames of types nobody here knows; null over HTTP, and while there is none. */
  readonly line: TurnLine | null;
  /** Tells the trace that the client sent such a frame up. */
  noteFrame(type: string, data: Buffer): void;
  /** The client goes on with another turn: this one's response is over, whatever upstream called its end. */
  supersede(): void;
}
