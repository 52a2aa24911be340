import { describe, expect, it } from 'vitest';
import type { Json } from '../../src-main/core/json.ts';
import { applyEdits, type Edits, editedNames } from '../../src-main/core/normalise/edits.ts';
import { seededRandom } from '../../src-main/simulator/seeded-random.ts';
import { slowness } from '../support/slowness.ts';

function edited(text: string, edits: Readonly<Record<string, Json | undefined>>): string {
  return applyEdits(Buffer.from(text), new Map(Object.entries(edits))).toString('utf8');
}

describe('editing the text of a JSON object', () => {
  const rows: readonly (readonly [string, string, Record<string, Json | undefined>, string])[] = [
    ['sets a member in place', '{"a":1,"b":2,"c":3}', { b: 'x' }, '{"a":1,"b":"x","c":3}'],
    ['removes the first member', '{"a":1,"b":2}', { a: undefined }, '{"b":2}'],
    ['removes the last member', '{"a":1,"b":2}', { b: undefined }, '{"a":1}'],
    ['removes the only member', '{"a":1}', { a: undefined }, '{}'],
    ['adds to an empty object', '{}', { a: 1 }, '{"a":1}'],
    ['adds to an empty object with a space in it', '{ }', { a: 1 }, '{"a":1}'],
    ['leaves an empty object empty', '{}', { a: undefined }, '{}'],
    ['adds a new member last', '{"a":1}', { z: null }, '{"a":1,"z":null}'],
    ['adds a new type first, where upstream looks for it', '{"a":1}', { type: 'x' }, '{"type":"x","a":1}'],
    ['changes a type that is there in its place', '{"a":1,"type":"y"}', { type: 'x' }, '{"a":1,"type":"x"}'],
    ['edits a repeated member as one', '{"a":1,"b":2,"a":3}', { a: 9 }, '{"a":9,"b":2}'],
    ['removes a repeated member everywhere', '{"a":1,"b":2,"a":3}', { a: undefined }, '{"b":2}'],
    ['keeps a repeated member that is not edited', '{"a":1,"b":2,"a":3}', { b: 4 }, '{"a":1,"b":4,"a":3}'],
    [
      'finds a key written with escapes',
      '{"ser\\u0076ice_tier":"default","b":1}',
      { service_tier: undefined },
      '{"b":1}',
    ],
    ['is not misled by the same key deeper down', '{"a":{"b":1},"b":2}', { b: 3 }, '{"a":{"b":1},"b":3}'],
    ['is not misled by brackets in strings', '{"a":"}],{[","b":2}', { b: 3 }, '{"a":"}],{[","b":3}'],
    ['is not misled by quotes in strings', '{"a":"\\"b\\":1,","b":2}', { b: 3 }, '{"a":"\\"b\\":1,","b":3}'],
    ['is not misled by a string that ends in backslashes', '{"a":"x\\\\","b":2}', { b: 3 }, '{"a":"x\\\\","b":3}'],
    ['is not misled by an escaped quote after a backslash', '{"a":"\\\\\\"","b":2}', { b: 3 }, '{"a":"\\\\\\"","b":3}'],
    ['is not misled by a key that holds a colon and a brace', '{"a:{":1,"b":2}', { b: 3 }, '{"a:{":1,"b":3}'],
    ['keeps lists of objects', '{"a":[{"b":[1,{"c":"]"}]},2],"b":2}', { b: 3 }, '{"a":[{"b":[1,{"c":"]"}]},2],"b":3}'],
    ['keeps numbers as they are written', '{"a":1.0e+05,"b":-0,"c":2}', { c: 3 }, '{"a":1.0e+05,"b":-0,"c":3}'],
    [
      'keeps numbers no double can hold',
      '{"a":12345678901234567890,"c":2}',
      { c: 3 },
      '{"a":12345678901234567890,"c":3}',
    ],
    ['keeps characters beyond ASCII', '{"a":"żółw 🐢 日本","b":2}', { b: 3 }, '{"a":"żółw 🐢 日本","b":3}'],
    ['keeps escapes as they are written', '{"a":"\\u017c\\/\\t","b":2}', { b: 3 }, '{"a":"\\u017c\\/\\t","b":3}'],
    ['keeps space inside a member', '{"a" :\t[ 1 , 2 ],"b":2}', { b: 3 }, '{"a" :\t[ 1 , 2 ],"b":3}'],
    ['finds a member named __proto__', '{"__proto__":1,"b":2}', { b: 3 }, '{"__proto__":1,"b":3}'],
    ['finds a member with an empty name', '{"":1,"b":2}', { '': undefined }, '{"b":2}'],
  ];

  it.each(rows)('%s', (_name, text, edits, expected) => {
    expect(edited(text, edits)).toBe(expected);
  });

  it.each(rows)('knows the names that are left: %s', (_name, text, edits, expected) => {
    const names = editedNames(JSON.parse(text), new Map(Object.entries(edits)));
    expect(names.toSorted()).toEqual(Object.keys(JSON.parse(expected)).toSorted());
  });

  it('takes space around everything', () => {
    expect(JSON.parse(edited(' \n{ "a" : 1 ,\r\n "b" : 2 }\n ', { b: 3, c: 4 }))).toEqual({ a: 1, b: 3, c: 4 });
  });

  it('gives back the very same bytes where there is nothing to edit', () => {
    const text = Buffer.from(' { "a" : 1 } ');
    expect(applyEdits(text, new Map())).toBe(text);
  });

  it('works in a time that grows with the text, not with its square', () => {
    const members = Array.from({ length: 20_000 }, (_, index) => `"key${index}":"${'\\\\'.repeat(50)}"`);
    const text = Buffer.from(`{${members.join(',')}}`);
    const before = performance.now();
    const result = applyEdits(text, new Map([['key19999', 1]]));
    expect(performance.now() - before).toBeLessThan(2_000 * slowness);
    expect(result.subarray(-14).toString()).toBe(',"key19999":1}');
  });
});

type Random = () => number;

function pick<T>(random: Random, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)] as T;
}

const keys = ['type', 'a', 'service_tier', '__proto__', '', 'q"uote', 'back\\slash', 'żółw', 'b:c', '}', '\u0001'];
const spaces = ['', '', '', ' ', '\n  ', '\t', '\r\n'];
const strings = [
  '',
  '"',
  '\\',
  '\\"',
  '{"a":1}',
  ',',
  ']',
  '\u2028',
  '🐢',
  'a'.repeat(300),
  '\\\\',
  '\n',
  '"service_tier":',
];

/** A string as JSON text, each character escaped or not as chance has it. */
function stringText(random: Random, text: string): string {
  const characters = [
    ...JSON.stringify(text)
      .slice(1, -1)
      .matchAll(/\\u[0-9a-f]{4}|\\.|[\s\S]/gu),
  ].map(([one]) => one);
  const written = characters.map((one) => {
    if (one.length > 1 || random() > 0.1) return one;
    return `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return `"${written.join('')}"`;
}

function valueText(random: Random, depth: number): string {
  const kind = Math.floor(random() * (depth > 3 ? 4 : 6));
  const space = () => pick(random, spaces);
  if (kind === 0) return pick(random, ['null', 'true', 'false', '0', '-1.5e3', '12345678901234567890']);
  if (kind <= 3) return stringText(random, pick(random, strings));
  const parts = Array.from({ length: Math.floor(random() * 4) }, () => {
    const value = valueText(random, depth + 1);
    return kind === 4 ? `${space()}${value}${space()}` : `${space()}${stringText(random, pick(random, keys))}:${value}`;
  });
  return kind === 4 ? `[${parts.join(',')}]` : `{${parts.join(',')}${space()}}`;
}

interface Sample {
  readonly members: readonly { readonly key: string; readonly text: string }[];
  readonly text: string;
  readonly edits: Edits;
}

function sample(random: Random): Sample {
  const space = () => pick(random, spaces);
  const members = Array.from({ length: Math.floor(random() * 8) }, () => {
    const key = pick(random, keys);
    return { key, text: `${stringText(random, key)}${space()}:${space()}${valueText(random, 0)}${space()}` };
  });
  const text = `${space()}{${members.map((member) => space() + member.text).join(',')}${members.length ? '' : space()}}${space()}`;
  const edits = new Map<string, Json | undefined>();
  for (let count = Math.floor(random() * 4); count > 0; count -= 1) {
    edits.set(pick(random, keys), pick<Json | undefined>(random, [undefined, null, 'x"y', 7, ['z'], { n: [1] }]));
  }
  return { members, text, edits };
}

/** What the result must be, said without looking at the text: pieces kept as they are, edited ones written anew. */
function expectedText({ members, text, edits }: Sample): string {
  if (edits.size === 0) return text;
  const write = (key: string, value: Json) => `${JSON.stringify(key)}:${JSON.stringify(value)}`;
  const there = new Set(members.map(({ key }) => key));
  const fresh = [...edits].flatMap(([key, value]) =>
    value === undefined || there.has(key) ? [] : [{ key, text: write(key, value) }],
  );
  const seen = new Set<string>();
  const kept = members.flatMap((member) => {
    if (!edits.has(member.key)) return [member.text];
    const value = edits.get(member.key);
    if (value === undefined || seen.has(member.key)) return [];
    seen.add(member.key);
    return [write(member.key, value)];
  });
  const first = fresh.filter(({ key }) => key === 'type').map((piece) => piece.text);
  const last = fresh.filter(({ key }) => key !== 'type').map((piece) => piece.text);
  return `{${[...first, ...kept, ...last].join(',')}}`;
}

describe('editing random JSON objects', () => {
  it('keeps every byte of what is not edited and means what JSON.parse means (3,000 samples)', () => {
    const random = seededRandom(20_261_123);
    for (let round = 0; round < 3_000; round += 1) {
      const one = sample(random);
      const result = applyEdits(Buffer.from(one.text), one.edits).toString('utf8');
      expect(result).toBe(expectedText(one));
      const meaning = new Map(Object.entries(JSON.parse(one.text)));
      for (const [key, value] of one.edits) {
        if (value === undefined) meaning.delete(key);
        else meaning.set(key, value);
      }
      expect(new Map(Object.entries(JSON.parse(result))), one.text).toEqual(meaning);
    }
  });
});
