import { describe, expect, it } from 'vitest';
import { parseRequestObject } from '../../src-main/core/dialects/request-json.ts';

/** A short text as JSON.stringify writes it is read in one go; with a space in it, it is looked over first. */
const read = (text: string) => parseRequestObject(Buffer.from(text));
const spaced = (text: string) => `${text.slice(0, -1)} }`;

function nested(depth: number): string {
  return `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
}

function wide(members: number): string {
  return JSON.stringify(Object.fromEntries(Array.from({ length: members }, (_, index) => [`m${index}`, 1])));
}

describe('a short request', () => {
  it.each<[string, string]>([
    ['members of each kind', '{"model":"gpt-5.5","input":[{"role":"user","content":[1,null,true,"x"]}],"store":false}'],
    ['characters beyond ASCII', '{"input":"żółw 🐢 日本\\n\\"\\\\"}'],
    ['a lone surrogate', '{"input":"\\ud83d"}'],
    ['the name of a prototype', '{"__proto__":{"a":1},"constructor":2}'],
    ['numbers as they are', '{"a":0.1,"b":-5,"c":1e+21}'],
    ['no members', '{}'],
    ['as many members as there may be', wide(5_000)],
    ['as many depths as there may be', nested(512)],
  ])('means the same however it is spaced: %s', (_what, text) => {
    const [usual, other] = [read(text), read(spaced(text))];
    expect(usual.body).toEqual(other.body);
    expect(Object.keys(usual.body)).toEqual(Object.keys(other.body));
    expect([usual.raw.toString(), usual.changes, other.changes]).toEqual([text, [], []]);
  });

  it.each<[string, string, string]>([
    ['nests too deeply', nested(513), 'nests too deeply'],
    ['nests far too deeply', nested(30_000), 'nests too deeply'],
    ['names too many members', wide(5_001), 'more than 5000 members'],
  ])('is refused where it %s', (_what, text, message) => {
    for (const each of [text, spaced(text)]) expect(() => read(each)).toThrow(message);
  });

  it.each<[string, string]>([
    ['a name that comes twice', '{"a":1,"a":1}'],
    ['a name that comes twice further down', '{"a":[{"b":1,"b":2}]}'],
    ['a name with an escape', '{"\\u0061":1}'],
  ])('has %s written plainly', (_what, text) => {
    expect(read(text).raw.toString()).toBe(JSON.stringify(JSON.parse(text)));
  });

  it('keeps the digits of a number that JavaScript would round', () => {
    const { body, raw } = read('{"a":12345678901234567890}');
    expect([JSON.stringify(body), raw.toString()]).toEqual([
      '{"a":12345678901234567890}',
      '{"a":12345678901234567890}',
    ]);
  });
});
