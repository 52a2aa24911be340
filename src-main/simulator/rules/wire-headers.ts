/** Request headers as they came over the wire: order, case and repetitions kept. */
import type { HeaderPair } from '../json.ts';

export class WireHeaders {
  readonly pairs: readonly HeaderPair[];

  /** From Node's `rawHeaders`: names and values in turn. */
  constructor(rawHeaders: readonly string[]) {
    const pairs: HeaderPair[] = [];
    for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
      pairs.push([rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '']);
    }
    this.pairs = pairs;
  }

  /** The first value of `name`, whatever its case. */
  get(name: string): string | undefined {
    const wanted = name.toLowerCase();
    return this.pairs.find(([key]) => key.toLowerCase() === wanted)?.[1];
  }

  /** Names in lower case, repetitions kept. */
  names(): string[] {
    return this.pairs.map(([name]) => name.toLowerCase());
  }
}
