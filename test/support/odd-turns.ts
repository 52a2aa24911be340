import fc from 'fast-check';
import type { EndedExchange } from '../../src-main/core/traces/store/trace-store.ts';
import { queryNumberNames, queryTextNames } from '../../src-main/shared/query-fields.ts';
import type { TraceFilter } from '../../src-main/shared/trace-query.ts';
import { firstStartedAt, storedTurn } from './stored-turns.ts';

/** Turns and filters of odd texts: what patterns, SQL, addresses and lists take for their own, and what stands for none. */

const marks = ['a', 'A', 'B', "'", '"', '%', '_', '*', '?', '[', ']', '-', ',', ':', ' ', '\n', '\t', '\u0000'];
const letters = ['ß', 'É', 'é', 'İ', '🦊', '\u2028', '\u00a0', 'standard', 'none', 'x'.repeat(90)];
const oddText = fc.array(fc.constantFrom(...marks, ...letters), { minLength: 1, maxLength: 2 });
/** A text that is not empty; some come often, so that filters find them. */
const name = fc.oneof(
  fc.constantFrom('a', 'aB', 'standard', 'none', 'a\nb'),
  oddText.map((parts) => parts.join('')),
);
const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: null });
const amount = maybe(fc.constantFrom(0, 1, 2.5, 1_000));
const few = fc.nat(3);

const members = {
  client: name,
  model: fc.oneof(name, fc.constant('')),
  sessionId: maybe(name),
  project: maybe(name),
  agent: maybe(name),
  key: maybe(name),
  effort: maybe(name),
  tierAsked: maybe(name),
  tierSent: maybe(name),
  account: maybe(fc.record({ id: name, label: name })),
  error: maybe(fc.record({ code: name, message: name })),
  kind: fc.constantFrom('turn', 'turn', 'prewarm'),
  status: fc.constantFrom('completed', 'failed', 'incomplete'),
  transport: fc.constantFrom('ws', 'http', null),
  sentAs: maybe(fc.constantFrom('full', 'increment')),
  firstTokenMs: amount,
  totalMs: amount,
  usage: maybe(fc.record({ inputTokens: few, cachedTokens: few, outputTokens: few, reasoningTokens: few })),
} as const;

/** So many turns at most; several begin at one moment. */
export function oddTurns(maxLength: number): fc.Arbitrary<EndedExchange[]> {
  const turn = fc.record({
    row: fc.record(members),
    atMs: fc.nat(3),
    root: maybe(name),
    note: maybe(name),
    isStarred: fc.boolean(),
    words: maybe(fc.record({ code: maybe(name), message: name, param: maybe(name), closeReason: maybe(name) })),
  });
  return fc.array(turn, { maxLength }).map((likes) =>
    likes.map(({ row, atMs, root, note, isStarred, words }, index) =>
      storedTurn(index, {
        ...row,
        startedAt: firstStartedAt + atMs,
        said: words === null ? null : { ...words, closeCode: null },
        ...(root === null || row.sessionId === null ? {} : { rootSessionId: root }),
        ...(note === null ? {} : { note }),
        ...(isStarred ? { starred: true } : {}),
      }),
    ),
  );
}

const value = fc.oneof(
  name,
  name.map((text) => `"${text.replaceAll('"', '')}"`),
);
const joined = (...parts: fc.Arbitrary<string>[]) => fc.tuple(...parts).map((texts) => texts.join(''));
const term = fc.oneof(
  value,
  joined(fc.constantFrom(...queryTextNames), fc.constantFrom(':', '='), value),
  joined(fc.constantFrom(...queryNumberNames), fc.constantFrom('>', '<=', ':'), fc.constantFrom('0', '1', '2.5')),
);
const query = fc
  .array(joined(fc.constantFrom('', '-'), term), { minLength: 1, maxLength: 2 })
  .map((terms) => terms.join(' '));
const list = fc.uniqueArray(name, { minLength: 1, maxLength: 2 });

const narrowing = fc.oneof(
  fc.constantFrom<TraceFilter>({ fromMs: firstStartedAt + 1 }, { toMs: firstStartedAt + 2 }, { status: ['failed'] }),
  fc
    .tuple(fc.constantFrom('model', 'tier', 'account', 'client', 'key', 'effort'), list)
    .map(([member, values]) => ({ [member]: values })),
  fc.tuple(fc.constantFrom('text', 'errorText'), name).map(([member, text]) => ({ [member]: text })),
  { arbitrary: query.map((text) => ({ query: text })), weight: 2 },
);

/** A filter of one member or two. */
export const oddFilter: fc.Arbitrary<TraceFilter> = fc
  .array(narrowing, { minLength: 1, maxLength: 2 })
  .map((parts) => Object.assign({}, ...parts));
