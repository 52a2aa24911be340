import { isJsonObject, type Json, type JsonObject } from '../../src-main/core/json.ts';
import { seededRandom } from '../../src-main/simulator/seeded-random.ts';

/** Requests that no client would send on purpose. */

const oddities: readonly Json[] = [
  null,
  true,
  0,
  -1,
  1e21,
  '',
  '\u0000',
  '\ud800',
  'a\r\nb: c',
  '../../etc/passwd',
  'x'.repeat(5_000),
  [],
  {},
  [[[]]],
  [null],
  { type: null },
  { type: 'reasoning', encrypted_content: 'gAAAA' },
  { type: 'item_reference', id: 'x' },
  JSON.parse('{"__proto__":{"a":1},"toString":null,"valueOf":7}'),
];

type Random = () => number;

function pick<T>(random: Random, list: readonly T[], otherwise: T): T {
  return list[Math.floor(random() * list.length)] ?? otherwise;
}

/** The value with one thing in it changed: replaced, removed, doubled, or put where it does not belong. */
function mutate(value: Json, random: Random): Json {
  if (random() < 0.15) return pick(random, oddities, null);
  if (Array.isArray(value) && value.length > 0) {
    const at = Math.floor(random() * value.length);
    const item: Json = value[at] ?? null;
    const roll = random();
    if (roll < 0.2) return value.toSpliced(at, 1);
    if (roll < 0.4) return value.toSpliced(at, 0, item);
    return value.with(at, mutate(item, random));
  }
  if (isJsonObject(value)) {
    const keys = Object.keys(value);
    const key = pick(random, keys, 'extra');
    const roll = random();
    if (roll < 0.15) return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
    if (roll < 0.25) return { ...value, [`${key}x`]: value[key] ?? null };
    return { ...value, [key]: mutate(value[key] ?? null, random) };
  }
  if (typeof value === 'string' && random() < 0.5)
    return `${value.slice(1)}${pick(random, ['"', '\\', '\u2028', '😀', '0'], '')}`;
  return pick(random, oddities, null);
}

/** Some bytes of the text flipped, cut or doubled. */
function scramble(text: Buffer, random: Random): Buffer {
  const at = Math.floor(random() * text.length);
  const until = Math.min(text.length, at + 1 + Math.floor(random() * 8));
  const roll = random();
  if (roll < 0.3) return Buffer.concat([text.subarray(0, at), text.subarray(until)]);
  if (roll < 0.6) return Buffer.concat([text.subarray(0, until), text.subarray(at)]);
  const flipped = Buffer.from(text);
  flipped[at] = Math.floor(random() * 256);
  return flipped;
}

/** Variants of a valid body, by a seed: most with something odd in them, some no JSON any more. */
export function* mutants(valid: JsonObject, seed: number, count: number): Generator<Buffer> {
  const random = seededRandom(seed);
  for (let number = 0; number < count; number += 1) {
    let body: Json = valid;
    for (let times = 1 + Math.floor(random() * 3); times > 0; times -= 1) body = mutate(body, random);
    const text = Buffer.from(JSON.stringify(body));
    yield random() < 0.3 ? scramble(text, random) : text;
  }
}
