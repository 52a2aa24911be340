import fc from 'fast-check';
import type { Json } from '../../src-main/core/json.ts';
import { worstPieces } from '../support/worst-texts.ts';

/** Random texts and values as somebody would choose them who means harm. */

const names = ['type', 'input', 'model', 'a', '', '__proto__', 'constructor', 'prototype', 'toString', 'text', 'token'];

/** Short texts: pieces that readers look for, and any characters, lone surrogates too. */
export const texts: fc.Arbitrary<string> = fc.oneof(
  fc.array(fc.constantFrom(...worstPieces), { maxLength: 12 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ maxLength: 20 }),
  fc.constantFrom('\ud800', '\udc00x', '\u2028', '\ufeff', '-0', '1e400', 'null'),
);

export const memberNames: fc.Arbitrary<string> = fc.oneof(fc.constantFrom(...names), texts);

const scalars: fc.Arbitrary<Json> = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (Object.is(number, -0) ? 0 : number)),
  texts,
);

/** Any JSON value, as it comes out of a parser. */
export const jsonValues: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    scalars,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(memberNames, tie('value')), { maxLength: 4 }).map((members) => Object.fromEntries(members)),
  ),
})).value;

/** White space between the tokens of JSON. */
export const gaps: fc.Arbitrary<string> = fc.constantFrom('', '', '', ' ', '\n', '\r\n\t', '  ');

/** Whole lines of given files in any order and number, now and then cut or with something foreign in between. */
export function shuffledLines(files: readonly string[]): fc.Arbitrary<string> {
  const lines = files.flatMap((text) => text.split(/(?<=\n)/));
  return fc
    .tuple(
      fc.array(fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...lines) }, { weight: 1, arbitrary: texts }), {
        maxLength: 10,
      }),
      fc.option(fc.nat(400), { freq: 8 }),
    )
    .map(([picked, cutAt]) => picked.join('').slice(0, cutAt ?? undefined));
}

/** Values with some of their parts replaced, removed, doubled or put elsewhere. */
export function mutated(valid: Json): fc.Arbitrary<Json> {
  const paths = pathsOf(valid);
  const change = fc.record({
    path: fc.constantFrom(...paths),
    act: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'copy'),
    value: fc.oneof(
      jsonValues,
      fc.constantFrom(...paths).map((path) => at(valid, path)),
    ),
  });
  return fc
    .array(change, { maxLength: 3 })
    .map((changes) => changes.reduce<Json>((body, { path, act, value }) => changed(body, path, act, value), valid));
}

type Path = readonly (string | number)[];

function pathsOf(value: Json, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const members: [string | number, Json | undefined][] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value);
  return [path, ...members.flatMap(([name, member]) => pathsOf(member ?? null, [...path, name]))];
}

function at(value: Json, path: Path): Json {
  return path.reduce<Json>((inner, name) => (Object(inner)[name] as Json | undefined) ?? null, value);
}

function changed(body: Json, [name, ...rest]: Path, act: string, value: Json): Json {
  if (name === undefined) return value;
  if (typeof body !== 'object' || body === null) return value;
  const inner = changed((Object(body)[name] as Json | undefined) ?? null, rest, act, value);
  if (Array.isArray(body) && typeof name === 'number') {
    if (rest.length > 0 || act === 'replace') return body.map((item, index) => (index === name ? inner : item));
    return act === 'remove' ? body.toSpliced(name, 1) : [...body, inner];
  }
  const members = Object.entries(body).filter(([key]) => act !== 'remove' || rest.length > 0 || key !== String(name));
  return Object.fromEntries([...members, ...(act === 'remove' && rest.length === 0 ? [] : [[String(name), inner]])]);
}
