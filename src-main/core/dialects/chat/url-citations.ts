import { isJsonObject, type Json, type JsonObject, numberMember, textMember } from '../../json.ts';

/** The web pages that a text has something from, each once. */
export class UrlCitations {
  /** Where each part of the text begins in the whole of it: upstream counts from the part's own beginning. */
  readonly #beginnings = new Map<string, number>();
  readonly #told = new Map<string, JsonObject>();
  #length = 0;

  /** `said` was told of a part: its `text`, maybe with something before it. */
  told(part: string, said: string, text: string): void {
    if (!this.#beginnings.has(part)) this.#beginnings.set(part, this.#length + said.length - text.length);
    this.#length += said.length;
  }

  /** Takes in an annotation of upstream's; other notes on a text have no place in Chat Completions. */
  cite(part: string, annotation: Json | undefined): void {
    if (!isJsonObject(annotation) || annotation.type !== 'url_citation') return;
    const url = textMember(annotation, 'url') ?? '';
    const beginning = this.#beginnings.get(part) ?? 0;
    const start = beginning + (numberMember(annotation, 'start_index') ?? 0);
    const end = beginning + (numberMember(annotation, 'end_index') ?? 0);
    const key = JSON.stringify([start, end, url]);
    if (this.#told.has(key)) return;
    const title = textMember(annotation, 'title') ?? url;
    this.#told.set(key, { type: 'url_citation', url_citation: { start_index: start, end_index: end, title, url } });
  }

  /** The member of the message, or of a stream's one delta; none without citations. */
  message(): JsonObject {
    return this.#told.size === 0 ? {} : { annotations: [...this.#told.values()] };
  }
}
