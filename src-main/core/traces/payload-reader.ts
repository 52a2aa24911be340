import { cutText } from '../../shared/cut-text.ts';
import type { FrameRecord, TraceDetail } from '../../shared/model.ts';
import type { PayloadPage, PayloadQuery, TextPiece, TextQuery } from '../../shared/payload-query.ts';
import { maxPayloads, maxPieceChars } from '../../shared/store-limits.ts';
import { BoundedMap } from '../bounded-map.ts';
import { isEnd } from './end-frames.ts';
import { isCut } from './exchange-bodies.ts';
import type { KeptFrame } from './frame-log.ts';
import { payloadTexts } from './payload-texts.ts';
import type { Recorder } from './recorder.ts';
import type { Redactor } from './redaction.ts';
import type { TraceStore } from './store/trace-store.ts';

/** Longer bodies are cut: their redaction would hold up the turns that run. */
const maxBodyBytes = 8 * 1024 * 1024;
/** Looked through beyond the cut: a secret that the cut goes through would not be known again. */
const cutMargin = 64 * 1024;
/** Texts that were asked for piece by piece are redacted once, while they are looked at. */
const maxTexts = 4;
const maxExchanges = 2;
/** Of one frame among others. */
const maxFrameChars = 64 * 1024;

interface Text {
  readonly text: string;
  readonly isCut: boolean;
}

interface Frames {
  readonly frames: readonly FrameRecord[];
  /** By index; null where it is not kept. */
  readonly texts: readonly (string | null)[];
}

/** Reads what was said in a turn, from memory while it is there, else from the store; everything redacted. */
export class PayloadReader {
  readonly #recorder: Recorder;
  readonly #store: TraceStore;
  readonly #redactor: Redactor;
  readonly #texts = new BoundedMap<Buffer, Text>(maxTexts);
  readonly #frames = new BoundedMap<string, Frames>(maxExchanges);

  constructor(recorder: Recorder, store: TraceStore, redactor: Redactor) {
    this.#recorder = recorder;
    this.#store = store;
    this.#redactor = redactor;
  }

  /** Forgets what was read. */
  forget(): void {
    this.#texts.clear();
    this.#frames.clear();
  }

  /** A turn's frames: raw while they are in memory, else as the user had them stored. */
  async framesOf({ row: { id }, isStored, frames: stored, framesDropped }: TraceDetail): Promise<KeptFrame[]> {
    const frames = this.#recorder.exchange(id)?.frames() ?? [];
    if (frames.length > 0 || (isStored ? stored.length : framesDropped) === 0) return frames;
    const read = await this.#framesOf(id);
    return read.frames.map((frame, index) => {
      const text = read.texts[index] ?? null;
      return { ...frame, data: text === null ? null : Buffer.from(text) };
    });
  }

  async text({ id, part, offset }: TextQuery): Promise<TextPiece> {
    const found = typeof part === 'number' ? await this.#frame(id, part) : await this.#body(id, part);
    if (found === null) return { text: null, totalChars: 0, isCut: false, next: null };
    const { text, isCut: cut } = found;
    const end = offset + maxPieceChars;
    return {
      text: text.slice(offset, end),
      totalChars: text.length,
      isCut: cut,
      next: end < text.length ? end : null,
    };
  }

  async payloads({ id, from, which }: PayloadQuery): Promise<PayloadPage> {
    const { frames, texts } = await this.#framesOf(id);
    const payloads: PayloadPage['payloads'] = [];
    let index = from;
    for (let chars = 0; index < frames.length && payloads.length < maxPayloads && chars < maxPieceChars; index += 1) {
      const frame = frames[index];
      if (frame === undefined || frame.direction !== 'upstream-in') continue;
      if (which === 'ends' && !isEnd(frame.type)) continue;
      const whole = texts[index] ?? null;
      const text = whole === null ? null : cutText(whole, which === 'ends' ? maxPieceChars : maxFrameChars);
      chars += text?.length ?? 0;
      payloads.push({ ...frame, index, text, isCut: text !== null && text.length < (whole?.length ?? 0) });
    }
    return { payloads, next: index, total: frames.length };
  }

  async #body(id: string, part: 'client' | 'upstream'): Promise<Text | null> {
    const body = this.#recorder.body(id, part);
    if (body !== null) return this.#clean(body);
    const detail = this.#recorder.detail(id) ?? (await this.#store.detail(id));
    const text = (part === 'client' ? detail?.clientRequest.body : detail?.upstreamBody) ?? null;
    return text === null ? null : { text, isCut: isCut(text) };
  }

  #clean(body: Buffer): Text {
    const known = this.#texts.get(body);
    if (known !== undefined) return known;
    const isLong = body.length > maxBodyBytes;
    const raw = body.toString('utf8', 0, Math.min(body.length, maxBodyBytes + cutMargin));
    const clean = this.#redactor.text(raw);
    const text = { text: isLong ? cutText(clean, maxBodyBytes) : clean, isCut: isLong };
    this.#texts.set(body, text);
    return text;
  }

  /** What the client and Slipstream sent are the bodies themselves. */
  async #frame(id: string, index: number): Promise<Text | null> {
    const { frames, texts } = await this.#framesOf(id);
    const frame = frames[index];
    if (frame === undefined) return null;
    const isBody = (direction: FrameRecord['direction'], types: readonly string[]) =>
      frame.direction === direction && types.includes(frame.type);
    if (isBody('client-in', ['body', 'response.create'])) return this.#body(id, 'client');
    if (isBody('upstream-out', ['response.create'])) {
      const last = frames.findLastIndex(({ direction, type }) => direction === 'upstream-out' && type === frame.type);
      return index === last ? this.#body(id, 'upstream') : null;
    }
    const text = texts[index] ?? null;
    return text === null ? null : { text, isCut: false };
  }

  async #framesOf(id: string): Promise<Frames> {
    const exchange = this.#recorder.exchange(id);
    const frames = exchange?.frames() ?? [];
    if (frames.length > 0) return this.#cleanFrames(id, frames);
    const known = this.#frames.get(id);
    if (known !== undefined) return known;
    const [detail, texts] = await Promise.all([this.#store.detail(id), this.#store.payloads(id)]);
    const read = { frames: detail?.frames ?? [], texts };
    this.#frames.set(id, read);
    return read;
  }

  #cleanFrames(id: string, frames: readonly KeptFrame[]): Frames {
    const known = this.#frames.get(id);
    if (known?.frames.length === frames.length) return known;
    const typeText = this.#redactor.repeatedText();
    const clean = {
      frames: frames.map(({ data: _data, ...frame }) => ({ ...frame, type: typeText(frame.type) })),
      texts: payloadTexts(frames, this.#redactor, known?.texts),
    };
    this.#frames.set(id, clean);
    return clean;
  }
}
