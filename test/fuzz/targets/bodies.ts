import { deepStrictEqual, ok } from 'node:assert/strict';
import fc from 'fast-check';
import type { Json } from '../../../src-main/core/json.ts';
import { applyEdits } from '../../../src-main/core/normalise/edits.ts';
import { gaps, jsonValues, memberNames } from '../inputs.ts';
import { target } from '../target.ts';

/** JSON.parse of V8 13.6 reads the name `"\u0073x"` as `\u0073` once objects had that name in that place: no judge of such names. */
const names = memberNames.filter((name) => !name.startsWith('\\'));
const members = fc.array(fc.tuple(names, jsonValues, gaps, gaps, gaps), { maxLength: 8 });
const edits = fc.array(fc.tuple(fc.oneof(names, fc.nat(7)), fc.option(jsonValues, { nil: undefined })), {
  maxLength: 5,
});

/** A body says what was asked of it, and the bytes of every other member are the ones that came. */
export const bodyEdits = target('body-edits', fc.tuple(members, edits, gaps), ([given, wanted, gap]) => {
  const spelled = given.map(([key, value, before, colon, after]) => {
    return { key, text: `${JSON.stringify(key)}${colon}:${before}${JSON.stringify(value)}${after}` };
  });
  const text = `${gap}{${gap}${spelled.map((member) => member.text).join(`,${gap}`)}}${gap}`;
  const named = new Map<string, Json | undefined>();
  for (const [name, value] of wanted) named.set(typeof name === 'string' ? name : (given[name]?.[0] ?? 'a'), value);
  const edited = applyEdits(Buffer.from(text), named).toString();
  const expected = new Map<string, Json | undefined>(Object.entries(JSON.parse(text)));
  for (const [key, value] of named) {
    if (value === undefined) expected.delete(key);
    else expected.set(key, value);
  }
  const sorted = (entries: Iterable<[string, unknown]>) => [...entries].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const roundTrip = JSON.parse(JSON.stringify(sorted(expected.entries())));
  deepStrictEqual(JSON.parse(JSON.stringify(sorted(Object.entries(JSON.parse(edited))))), roundTrip);
  let from = 0;
  for (const member of spelled.filter(({ key }) => !named.has(key))) {
    const found = edited.indexOf(Buffer.from(member.text).toString(), from);
    ok(found >= from, `lost ${member.text}`);
    from = found + member.text.length;
  }
});
