import { deepStrictEqual, equal, ok } from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { parseRequestObject } from '../../../src-main/core/dialects/request-json.ts';
import type { Json } from '../../../src-main/core/json.ts';
import { parseExactly } from '../../../src-main/core/json-exact.ts';
import { readJson } from '../../../src-main/core/json-read.ts';
import { scanJson } from '../../../src-main/core/json-scan.ts';
import { applyEdits } from '../../../src-main/core/normalise/edits.ts';
import { atOnce } from '../../../src-main/core/slices.ts';
import { SlipstreamError } from '../../../src-main/shared/errors.ts';
import { gaps, jsonValues, memberNames } from '../inputs.ts';
import { led } from '../led.ts';
import { target } from '../target.ts';

const members = fc.array(fc.tuple(memberNames, jsonValues, gaps, gaps, gaps), { maxLength: 8 });
const edits = fc.array(fc.tuple(fc.oneof(memberNames, fc.nat(7)), fc.option(jsonValues, { nil: undefined })), {
  maxLength: 5,
});

const wideLimits = { depth: 1_000, values: 1e6, members: 1e6, nameBytes: 1e6, bareBytes: 1e6 };
const wholeBytes = 1e6;
const pieceBytes = 3;

/** By our own reader: JSON.parse of V8 13.6 reads `"\\u0073x"` as `\\u0073` once objects had that name in that place. */
function readWhole(text: Buffer, longBytes: number): Json {
  return atOnce(readJson(text, atOnce(scanJson(text, wideLimits, longBytes))));
}

/** A body says what was asked of it, and the bytes of every other member are the ones that came. */
export const bodyEdits = target('body-edits', fc.tuple(members, edits, gaps), ([given, wanted, gap]) => {
  const spelled = given.map(([key, value, before, colon, after]) => {
    return { key, text: `${JSON.stringify(key)}${colon}:${before}${JSON.stringify(value)}${after}` };
  });
  const text = `${gap}{${gap}${spelled.map((member) => member.text).join(`,${gap}`)}}${gap}`;
  const named = new Map<string, Json | undefined>();
  for (const [name, value] of wanted) named.set(typeof name === 'string' ? name : (given[name]?.[0] ?? 'a'), value);
  const edited = applyEdits(Buffer.from(text), named).toString();
  const expected = new Map<string, Json | undefined>(given.map(([key, value]) => [key, value]));
  for (const [key, value] of named) {
    if (value === undefined) expected.delete(key);
    else expected.set(key, value);
  }
  const sorted = (entries: Iterable<[string, unknown]>) => [...entries].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const read = readWhole(Buffer.from(edited), wholeBytes);
  equal(JSON.stringify(sorted(Object.entries(Object(read)))), JSON.stringify(sorted(expected.entries())));
  let from = 0;
  for (const member of spelled.filter(({ key }) => !named.has(key))) {
    const found = edited.indexOf(Buffer.from(member.text).toString(), from);
    ok(found >= from, `lost ${member.text}`);
    from = found + member.text.length;
  }
});

/** What a reader makes of a text, in a list; an empty one where it refuses. */
function readingOf<T>(read: () => T): readonly T[] {
  try {
    return [read()];
  } catch (thrown) {
    if (thrown instanceof SyntaxError || thrown instanceof SlipstreamError) return [];
    throw thrown;
  }
}

/** Read in pieces, at once or by JSON.parse, a text is the same value, or none of them takes it. */
export const ledJson = led({
  name: 'led-json',
  seeds: [
    '{"model":"gpt-5.5","input":[{"type":"message","content":"x"}],"n":-1.5e3,"b":[true,false,null,{}]}',
    '{"mod\\u0065l":"a","a":{"\\u005f_proto__":[[],{"\\"":1}]},"a":"\\ud83d\\ude00\\n"}',
    ' [ 1 , "\\\\" ] ',
  ],
  words: [
    '{"',
    '":',
    '\\u0061',
    '\\"',
    '\\\\',
    '__proto__',
    'constructor',
    '"model"',
    'null',
    '-0',
    '1e9',
    '-12345678901234567890',
    '[]',
    '{}',
    ',',
    'é',
  ],
  rule: (text) => {
    // What is no UTF-8 is refused before it is read.
    if (!isUtf8(text)) return;
    const inPieces = readingOf(() => readWhole(text, pieceBytes));
    const whole = readingOf(() => readWhole(Buffer.from(text), wholeBytes));
    deepStrictEqual(inPieces, whole);
    const { escapedNames, hasLongNumber } = atOnce(scanJson(text, wideLimits, wholeBytes));
    const parse = hasLongNumber ? parseExactly : JSON.parse;
    const parsed = escapedNames === 0 ? readingOf(() => parse(text.toString())) : whole;
    deepStrictEqual(inPieces, parsed);
    // A request is more than JSON.
    for (const { body } of readingOf(() => parseRequestObject(text))) deepStrictEqual([body], inPieces);
  },
});
