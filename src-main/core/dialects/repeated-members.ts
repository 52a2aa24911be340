import type { Change } from '../../shared/model.ts';
import type { JsonMember } from '../json-scan.ts';
import { requestMembers } from './request-json.ts';

/**
 * Members that an object names twice, in whatever spelling. Readers do not agree on which counts: the last one is kept, in its
 * place, so that what Slipstream decides by is what upstream reads.
 */

/** Objects whose own members are looked at here, too. */
const lookedInto = new Set(['client_metadata', 'reasoning', 'text']);

interface Cut {
  readonly start: number;
  readonly end: number;
}

function cutsOf(members: readonly JsonMember[]): { readonly cuts: readonly Cut[]; readonly keys: readonly string[] } {
  const last = new Map(members.map((member) => [member.key, member]));
  if (last.size === members.length) return { cuts: [], keys: [] };
  const keys = new Set<string>();
  const cuts: Cut[] = [];
  for (const [index, member] of members.entries()) {
    if (last.get(member.key) === member) continue;
    keys.add(member.key);
    // What is cut has a successor, so its comma goes with it.
    cuts.push({ start: member.start, end: members[index + 1]?.start ?? member.end });
  }
  return { cuts, keys: [...keys] };
}

/** The text of a JSON object without its repeated members, and a note of each; null where there is none. Throws `request_invalid`. */
export function withoutRepeats(text: Buffer): { readonly text: Buffer; readonly changes: readonly Change[] } | null {
  const members = requestMembers(text);
  const outer = cutsOf(members);
  const cutStarts = new Set(outer.cuts.map(({ start }) => start));
  const inner = members
    .filter(({ start }) => !cutStarts.has(start))
    .filter(({ key, valueStart }) => lookedInto.has(key) && isObjectAt(text, valueStart))
    .map(({ key, valueStart }) => ({ key, ...cutsOf(requestMembers(text, valueStart)) }));
  const cuts = [...outer.cuts, ...inner.flatMap((each) => each.cuts)].toSorted((one, other) => one.start - other.start);
  if (cuts.length === 0) return null;
  const paths = [...outer.keys, ...inner.flatMap(({ key, keys }) => keys.map((name) => `${key}.${name}`))];
  const pieces: Buffer[] = [];
  let from = 0;
  for (const cut of cuts) {
    pieces.push(text.subarray(from, cut.start));
    from = cut.end;
  }
  pieces.push(text.subarray(from));
  return {
    text: Buffer.concat(pieces),
    changes: paths.map((path) => ({
      step: 'body',
      path: `body.${path}`,
      action: 'removed',
      why: 'named more than once; the last one is kept',
    })),
  };
}

function isObjectAt(text: Buffer, from: number): boolean {
  let at = from;
  while (text[at] === 0x20 || text[at] === 0x09 || text[at] === 0x0a || text[at] === 0x0d) at += 1;
  return text[at] === 0x7b;
}
