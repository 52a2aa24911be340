import type { Mark, MarkName } from '../../shared/model.ts';

const ofAttempt: readonly MarkName[] = ['upstreamReady', 'requestSent', 'firstEvent', 'firstReasoning', 'firstText'];

/** Moments of one exchange, in ms since it was accepted. */
export class Marks {
  readonly #at = new Map<MarkName, number>();
  /** The delta type that carries text, once there was one: most events are of it. */
  #textType: string | null = null;
  #lastTextMs = 0;

  /** Sets a moment; `atMs` counts from when the exchange was accepted. */
  set(name: MarkName, atMs: number): void {
    this.#at.set(name, atMs);
  }

  /** When something happened; null where it has not. */
  get(name: MarkName): number | null {
    if (name === 'lastText') return this.#textType === null ? null : this.#lastTextMs;
    return this.#at.get(name) ?? null;
  }

  /** A new attempt begins: nothing that the one before got was shown to the client, and its own record keeps its times. */
  beginAttempt(): void {
    for (const name of ofAttempt) this.#at.delete(name);
    this.#textType = null;
  }

  /** Takes note of one upstream event. */
  noteEvent(type: string, atMs: number): void {
    if (type === this.#textType) {
      this.#lastTextMs = atMs;
      return;
    }
    if (!this.#at.has('firstEvent')) this.#at.set('firstEvent', atMs);
    if (!type.endsWith('.delta')) return;
    const isReasoning = type.startsWith('response.reasoning');
    const first: MarkName = isReasoning ? 'firstReasoning' : 'firstText';
    if (!this.#at.has(first)) this.#at.set(first, atMs);
    if (isReasoning) return;
    this.#textType = type;
    this.#lastTextMs = atMs;
  }

  /** Reasoning deltas count as tokens. */
  firstTokenMs(): number | null {
    const seen = [this.get('firstReasoning'), this.get('firstText')].filter((at) => at !== null);
    return seen.length === 0 ? null : Math.min(...seen);
  }

  /** All moments, earliest first. */
  sorted(): Mark[] {
    const marks: Mark[] = [...this.#at].map(([name, atMs]) => ({ name, atMs }));
    const lastText = this.get('lastText');
    if (lastText !== null) marks.push({ name: 'lastText', atMs: lastText });
    return marks.toSorted((a, b) => a.atMs - b.atMs);
  }
}
