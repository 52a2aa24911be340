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

/** What is done to a value or its text, beside putting an oddity in its place. */
const ways = [
  'item removed',
  'item doubled',
  'member removed',
  'member added',
  'text changed',
  'bytes cut',
  'bytes doubled',
  'byte flipped',
] as const;

const oddityAt = (index: number) => `oddity ${index}` as const;
type Kind = (typeof ways)[number] | ReturnType<typeof oddityAt>;

/** Every kind of mutation there is. */
const mutationKinds: readonly Kind[] = [...ways, ...oddities.map((_, index) => oddityAt(index))];

/** The same numbers each time, and who hears which kinds of mutation they lead to. */
interface Chance {
  readonly random: () => number;
  readonly did: (kind: Kind) => void;
}

function pick<T>({ random }: Chance, list: readonly T[], otherwise: T): T {
  return list[Math.floor(random() * list.length)] ?? otherwise;
}

function oddity(chance: Chance): Json {
  const index = Math.floor(chance.random() * oddities.length);
  chance.did(oddityAt(index));
  return oddities[index] ?? null;
}

/** The value with one thing in it changed: replaced, removed, doubled, or put where it does not belong. */
function mutate(value: Json, chance: Chance): Json {
  const { random, did } = chance;
  if (random() < 0.15) return oddity(chance);
  if (Array.isArray(value) && value.length > 0) {
    const at = Math.floor(random() * value.length);
    const item: Json = value[at] ?? null;
    const roll = random();
    if (roll < 0.4) {
      did(roll < 0.2 ? 'item removed' : 'item doubled');
      return roll < 0.2 ? value.toSpliced(at, 1) : value.toSpliced(at, 0, item);
    }
    return value.with(at, mutate(item, chance));
  }
  if (isJsonObject(value)) {
    const keys = Object.keys(value);
    const key = pick(chance, keys, 'extra');
    const roll = random();
    if (roll < 0.15) {
      did('member removed');
      return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
    }
    if (roll < 0.25) {
      did('member added');
      return { ...value, [`${key}x`]: value[key] ?? null };
    }
    return { ...value, [key]: mutate(value[key] ?? null, chance) };
  }
  if (typeof value === 'string' && random() < 0.5) {
    did('text changed');
    return `${value.slice(1)}${pick(chance, ['"', '\\', '\u2028', '😀', '0'], '')}`;
  }
  return oddity(chance);
}

/** Some bytes of the text flipped, cut or doubled. */
function scramble(text: Buffer, { random, did }: Chance): Buffer {
  const at = Math.floor(random() * text.length);
  const until = Math.min(text.length, at + 1 + Math.floor(random() * 8));
  const roll = random();
  if (roll < 0.3) {
    did('bytes cut');
    return Buffer.concat([text.subarray(0, at), text.subarray(until)]);
  }
  if (roll < 0.6) {
    did('bytes doubled');
    return Buffer.concat([text.subarray(0, until), text.subarray(at)]);
  }
  did('byte flipped');
  const flipped = Buffer.from(text);
  flipped[at] = Math.floor(random() * 256);
  return flipped;
}

/** Variants of a valid body that are the same in every run; `npm test` takes the first of them, `npm run fuzz` all. */
export interface MutantList {
  readonly valid: JsonObject;
  readonly seed: number;
  readonly all: number;
  readonly sample: number;
}

/** The first of a list: most with something odd in them, some no JSON any more. `did` hears what was done. */
export function* mutants(
  { valid, seed }: Pick<MutantList, 'valid' | 'seed'>,
  count: number,
  did: Chance['did'] = () => {},
): Generator<Buffer> {
  const chance = { random: seededRandom(seed), did };
  for (let number = 0; number < count; number += 1) {
    let body: Json = valid;
    for (let times = 1 + Math.floor(chance.random() * 3); times > 0; times -= 1) body = mutate(body, chance);
    const text = Buffer.from(JSON.stringify(body));
    yield chance.random() < 0.3 ? scramble(text, chance) : text;
  }
}

/** The kinds of mutation that the sample of a list lacks. */
export function kindsMissing(list: MutantList): Kind[] {
  const seen = new Set<Kind>();
  for (const _ of mutants(list, list.sample, (kind) => seen.add(kind)));
  return mutationKinds.filter((kind) => !seen.has(kind));
}
