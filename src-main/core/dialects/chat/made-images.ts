import { ownMember } from '../../../shared/own-member.ts';
import { type JsonObject, textMember } from '../../json.ts';

/** Media types by `output_format`; upstream makes PNG where it names none. */
const mediaTypes: Readonly<Record<string, string>> = {
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  gif: 'image/gif',
  svg: 'image/svg+xml',
};

/**
 * Pictures that upstream's own tool made, each once. The vendor's types have no place for them; other routers tell them as
 * `images`, in the form in which clients send pictures, and clients look there.
 */
export class MadeImages {
  readonly #told = new Set<number>();
  readonly #kept: JsonObject[] = [];
  readonly #keepsAnswer: boolean;

  constructor({ keepsAnswer }: { readonly keepsAnswer: boolean }) {
    this.#keepsAnswer = keepsAnswer;
  }

  /** A finished item; the delta that tells its picture, if it has one that was not told. */
  take(number: number, item: JsonObject): readonly JsonObject[] {
    const data = textMember(item, 'result') ?? '';
    if (data === '' || this.#told.has(number)) return [];
    const media = ownMember(mediaTypes, textMember(item, 'output_format') ?? '') ?? 'image/png';
    const image: JsonObject = {
      type: 'image_url',
      image_url: { url: `data:${media};base64,${data}` },
      index: this.#told.size,
    };
    this.#told.add(number);
    if (this.#keepsAnswer) this.#kept.push(image);
    return [{ images: [image] }];
  }

  /** The member of the whole answer's message; needs `keepsAnswer`. */
  message(): JsonObject {
    return this.#kept.length === 0 ? {} : { images: this.#kept };
  }
}
