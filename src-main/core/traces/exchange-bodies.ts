import { cutText } from '../../shared/cut-text.ts';
import type { BodyMemory } from './body-memory.ts';
import { tellsEnd } from './end-frames.ts';
import { type KeptFrame, unpackFrames } from './frame-log.ts';
import { payloadTexts } from './payload-texts.ts';
import type { Redactor } from './redaction.ts';

/** Of the frames of one turn on the disk. */
const maxPayloadChars = 2 * 1024 * 1024;
const maxBodyChars = 512 * 1024;
/** Looked through beyond the cut: a secret that the cut goes through would not be known again. */
const cutMargin = 64 * 1024;

/** Whether a text from here may lack its end. */
export function isCut(text: string | null): boolean {
  return text !== null && text.length >= maxBodyChars;
}

const parts = ['client', 'upstream', 'frames'] as const;
type Part = (typeof parts)[number];

/** Where an exchange's bodies and frames are, while the memory has room for them. */
export class ExchangeBodies {
  readonly #memory: BodyMemory;
  readonly #redactor: Redactor;
  /** Numbers in the memory; null for what never came. */
  readonly #kept: Record<Part, number | null> = { client: null, upstream: null, frames: null };

  constructor(memory: BodyMemory, redactor: Redactor) {
    this.#memory = memory;
    this.#redactor = redactor;
  }

  /** Keeps a part that comes in one piece or several. */
  keep(part: Part, ...pieces: readonly Buffer[]): void {
    this.#forget(part);
    this.#kept[part] = this.#memory.keep(...pieces);
  }

  /** As it was on the wire, unredacted; null where it is not kept. */
  raw(part: Part): Buffer | null {
    const number = this.#kept[part];
    return number === null ? null : this.#memory.get(number);
  }

  /** Gives all of them up. */
  forget(): void {
    for (const part of parts) this.#forget(part);
  }

  #forget(part: Part): void {
    const number = this.#kept[part];
    if (number !== null) this.#memory.forget(number);
    this.#kept[part] = null;
  }

  /** See `BodyMemory.textAside`. */
  textAside(text: string): Buffer {
    return this.#memory.textAside(text);
  }

  /** Fit to be shown: redacted, and cut where it is long. */
  text(part: Exclude<Part, 'frames'>): string | null {
    const body = this.raw(part);
    if (body === null) return null;
    const text = body.toString('utf8', 0, Math.min(body.length, maxBodyChars + cutMargin));
    return cutText(this.#redactor.text(text), maxBodyChars);
  }

  /** With their raw bytes. */
  frames(): KeptFrame[] {
    const packed = this.raw('frames');
    return packed === null ? [] : unpackFrames(packed);
  }

  /** Texts of upstream's frames by index, redacted; those beyond the room for them are null, the ends of items last. */
  payloads(): (string | null)[] {
    const frames = this.frames();
    const texts = payloadTexts(frames, this.#redactor);
    let room = maxPayloadChars;
    const kept: (string | null)[] = texts.map(() => null);
    for (const areEnds of [true, false]) {
      for (const [index, text] of texts.entries()) {
        const frame = frames[index];
        if (text === null || frame === undefined || text.length > room) continue;
        if (tellsEnd(frame.direction, frame.type) !== areEnds) continue;
        room -= text.length;
        kept[index] = text;
      }
    }
    return kept;
  }

  /** Redacts types of frames, of which there are few. */
  cleanType(): (type: string) => string {
    return this.#redactor.repeatedText();
  }
}
