import type { RequestRow, TraceDetail } from '../../shared/model.ts';
import type { ExchangeBodies } from './exchange-bodies.ts';
import type { KeptFrame } from './frame-log.ts';
import { type TurnMark, withMark } from './turn-mark.ts';

/** Figures of an exchange that the list does not show. */
export interface ExchangeFacts {
  readonly ownMs: number;
  readonly effort: string | null;
  readonly firstEventMs: number | null;
  /** Share of the account's short usage window that was used when the turn began, in per cent. */
  readonly quotaPercent: number | null;
  readonly isReplay: boolean;
  /** Whether upstream sent something of its reasoning. */
  readonly tellsReasoning: boolean;
}

/**
 * An exchange that has ended, as one text: a thousand of them as objects would be looked through by every garbage
 * collection of a busy relay.
 */
export class KeptExchange {
  readonly id: string;
  readonly facts: ExchangeFacts;
  #row: RequestRow;
  /** JSON of its detail in UTF-8, without bodies and frames. */
  readonly json: Buffer;
  readonly #framesTotal: number;
  readonly bodies: ExchangeBodies;

  constructor(row: RequestRow, facts: ExchangeFacts, json: Buffer, framesTotal: number, bodies: ExchangeBodies) {
    this.id = row.id;
    this.facts = facts;
    this.json = json;
    this.#row = row;
    this.#framesTotal = framesTotal;
    this.bodies = bodies;
  }

  get status(): RequestRow['status'] {
    return this.#row.status;
  }

  get effort(): string | null {
    return this.facts.effort;
  }

  row(): RequestRow {
    return this.#row;
  }

  /** The user has starred it, or written a note. */
  mark(mark: TurnMark): void {
    this.#row = withMark(this.#row, mark);
  }

  frames(): KeptFrame[] {
    return this.bodies.frames();
  }

  /** JSON of the texts of its frames, by index; fit to be written. */
  payloads(): string {
    return JSON.stringify(this.bodies.payloads());
  }

  detail(): TraceDetail {
    const detail: TraceDetail = JSON.parse(this.json.toString('utf8'));
    const frames = this.frames();
    const clean = this.bodies.cleanType();
    return {
      ...detail,
      clientRequest: { ...detail.clientRequest, body: this.bodies.text('client') },
      upstreamBody: this.bodies.text('upstream'),
      frames: frames.map(({ data: _data, ...frame }) => ({ ...frame, type: clean(frame.type) })),
      framesDropped: this.#framesTotal - frames.length,
    };
  }
}
