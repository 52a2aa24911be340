import { describe, expect, it } from 'vitest';
import { analyse } from '../../src-main/core/latency/analyse.ts';
import { searchFinding } from '../../src-main/core/latency/search-finding.ts';
import { usualRules } from '../../src-main/core/latency/verdict.ts';
import type { LabClaim, LabResult } from '../../src-main/shared/lab.ts';
import { searchSentences } from '../../src-main/shared/lab-search-words.ts';
import { rangeText, sizeText, type VerdictFacts, verdictSentences } from '../../src-main/shared/lab-words.ts';
import { english } from '../../src-main/shared/words/english.ts';

const none = analyse([], usualRules).result;
const result = (more: Partial<LabResult>): LabResult => ({ ...none, ...more });
const faster = result({ verdict: 'faster', pairs: 9, effectPercent: -50, lowPercent: -60, highPercent: -40 });
const same = result({ verdict: 'no-difference', pairs: 1 });
const claim = (
  condition: LabClaim['condition'],
  finding: LabClaim['finding'],
  more: Partial<LabClaim> = {},
): LabClaim => ({
  condition,
  finding,
  rounds: 3,
  without: null,
  loss: null,
  ...more,
});

describe('the finding of a search', () => {
  const claims = [claim('hint', 'not-needed'), claim('transport', 'not-needed')];
  it.each([
    ['never', same, null, [], null, { promiseRuledOut: true }],
    ['open', same, null, [], null, { promiseRuledOut: false }],
    [null, faster, null, claims, null, {}],
    ['whatever-else', faster, faster, [], null, {}],
    [null, faster, same, [], null, {}],
    ['revoked', faster, same, claims, false, {}],
    ['none-alone', faster, same, claims, true, {}],
    ['none-alone', faster, same, claims, null, {}],
    ['some-needed', faster, same, [...claims, claim('metadata', 'needed')], true, {}],
    ['some-needed', faster, same, [...claims, claim('metadata', 'partly')], true, {}],
    ['open', faster, same, [...claims, claim('metadata', 'open')], true, {}],
  ] as const)('is %s', (finding, official, without, found, stillGranted, more) => {
    expect(searchFinding({ official: { ...official, ...more }, without, claims: [...found] }, stillGranted)).toBe(
      finding,
    );
  });
});

describe('the sentences of a search', () => {
  const loss = { n: 6, effectPercent: 42, lowPercent: 30, highPercent: 55 };
  const look = { n: 8, effectPercent: 0, lowPercent: -1, highPercent: 1 };
  const say = (
    finding: Parameters<typeof searchSentences>[1]['finding'],
    claims: readonly LabClaim[] = [],
    more: { without?: LabResult | null; official?: LabResult } = {},
  ) =>
    searchSentences(
      english,
      { finding, official: more.official ?? faster, without: more.without ?? null, claims: [...claims] },
      ['transport', 'originator', 'hint', 'metadata'],
    );

  it.each<[string, readonly string[], readonly string[]]>([
    ['while it runs', say(null, [claim('hint', 'needed')]), []],
    [
      'never',
      say('never'),
      [
        'Fast is not granted here, even as the official client asks for it: any gain is under 1.35× (9 pairs). Nothing was searched further.',
      ],
    ],
    [
      'never, by the last look',
      say('never', [], { official: result({ pairs: 9, looks: [look] }) }),
      [expect.stringContaining('(8 pairs)')],
    ],
    [
      'whatever else',
      say('whatever-else', [], { without: faster }),
      [
        'Fast works whatever else is sent: 2.0× over HTTP, with another originator, without the routing hint and without the turn metadata (40 to 60 % less time, 9 pairs).',
      ],
    ],
    [
      'whatever else, without a range',
      say('whatever-else', [], { without: result({ pairs: 1, highPercent: 1 }) }),
      [expect.stringMatching(/: 1\.0× over .* \(1 pair\)\.$/)],
    ],
    [
      'whatever else, without an end',
      say('whatever-else', [], { without: result({ pairs: 1, lowPercent: 1 }) }),
      [expect.stringMatching(/ \(1 pair\)\.$/)],
    ],
    ['whatever else, without it', say('whatever-else'), []],
    [
      'one needed',
      say('some-needed', [claim('hint', 'needed')]),
      ['Fast needs the routing hint: without the routing hint the gain is gone.'],
    ],
    [
      'one needed, with its loss',
      say('some-needed', [claim('transport', 'needed', { loss })]),
      ['Fast needs the websocket: over HTTP the gain is gone (a token takes 42 % longer, 30 to 55 % more, 3 rounds).'],
    ],
    [
      'two needed',
      say('some-needed', [claim('originator', 'needed', { loss }), claim('metadata', 'needed')]),
      ['Fast needs both the official originator and the turn metadata: without either the gain is gone.'],
    ],
    [
      'three needed',
      say('some-needed', [claim('transport', 'needed'), claim('hint', 'needed'), claim('metadata', 'needed')]),
      ['Fast needs the websocket, the routing hint and the turn metadata: without any of them the gain is gone.'],
    ],
    [
      'some of each',
      say('some-needed', [
        claim('transport', 'not-needed'),
        claim('originator', 'not-needed'),
        claim('hint', 'partly'),
        claim('metadata', 'open', { rounds: 1 }),
      ]),
      [
        'Over HTTP and with another originator it stays: still faster.',
        'Without the routing hint priority is still faster, but less so.',
        'Not decided after 1 round: the turn metadata.',
      ],
    ],
    [
      'none alone',
      say('none-alone'),
      ['No single condition is needed, but with all of them off the gain is gone: one may stand in for another.'],
    ],
    ['revoked', say('revoked'), [expect.stringContaining("the account's grant changed")]],
    [
      'open at the start',
      say('open'),
      ['Not decided after 9 pairs whether fast is granted here at all. Nothing was searched further.'],
    ],
    [
      'open at the end',
      say('open', [claim('hint', 'open'), claim('transport', 'not-needed')]),
      ['Over HTTP it stays: still faster.', 'Not decided after 3 rounds: the routing hint.'],
    ],
  ])('are right of %s', (_what, sentences, wanted) => {
    expect(sentences).toEqual(wanted);
  });
});

it.each([
  [sizeText(english, 9.96), '10 %'],
  [sizeText(english, -9.94), '9.9 %'],
  [sizeText(english, 10.4), '10 %'],
  [sizeText(english, 4), '4 %'],
  [rangeText(english, { lowPercent: -49, highPercent: -12 }), '12 to 49 % less'],
  [rangeText(english, { lowPercent: 12, highPercent: 49 }), '12 to 49 % more'],
  [rangeText(english, { lowPercent: -4, highPercent: 3 }), '4 % less to 3 % more'],
  [rangeText(english, { lowPercent: 0, highPercent: 3 }), '0 to 3 % more'],
  [rangeText(english, { lowPercent: -3, highPercent: 0 }), '0 to 3 % less'],
])('%s is how it reads', (text, wanted) => {
  expect(text).toBe(wanted);
});

describe('the words of a verdict', () => {
  const at = (n: number, lowPercent = -30, highPercent = -10) => ({ n, effectPercent: -20, lowPercent, highPercent });
  const words = (more: Partial<VerdictFacts>) =>
    verdictSentences(english, {
      verdict: 'undecided',
      promiseRuledOut: false,
      looks: [at(12)],
      tier: 'priority',
      morePairs: null,
      cap: 24,
      regionPercent: 10,
      pairs: 12,
      lostPairs: 0,
      of: 'turns',
      ...more,
    });
  const early = 'Stopped early, so the middle figure leans to the large side: trust the range.';
  const steady = (n: string) => `About ${n} would probably decide, if turns stay this steady.`;
  it.each<[string, ReturnType<typeof words>, string, readonly unknown[]]>([
    ['no look', words({ looks: [], pairs: 1 }), 'Not enough data: 1 pair of the 6 that a first look needs.', []],
    [
      'no look of sessions',
      words({ looks: [], pairs: 2, of: 'sessions' }),
      'Not enough data: 2 pairs of sessions of the 6 that a first look needs.',
      [],
    ],
    [
      'too many lost',
      words({ verdict: 'not-enough-data', lostPairs: 4 }),
      'No verdict: 4 pairs of 16 failed, more than one in five.',
      [],
    ],
    [
      'faster',
      words({ verdict: 'faster' }),
      'Priority was faster: 20 % less time for each output token (10 to 30 % less; 12 pairs, 1 look).',
      [early],
    ],
    [
      'faster at the cap',
      words({ verdict: 'faster', looks: [at(12), at(24)], promiseRuledOut: true }),
      'Priority was faster: 20 % less time for each output token (10 to 30 % less; 24 pairs, 2 looks).',
      ['That is less than the promised 1.5×.'],
    ],
    [
      'slower',
      words({ verdict: 'slower', promiseRuledOut: true, cap: 12 }),
      'Priority was slower: 20 % less time for each output token (10 to 30 % less; 12 pairs, 1 look).',
      [],
    ],
    [
      'no difference',
      words({ verdict: 'no-difference', looks: [at(12, -5, 4)] }),
      'No difference that matters: 5 % less to 4 % more time for each output token (12 pairs); 10 % either way is ruled out.',
      [],
    ],
    [
      'undecided',
      words({ looks: [at(12, -40, 4)], morePairs: 7 }),
      'Undecided: 40 % less to 4 % more (12 pairs). Even the promised 1.5× (1.35× in total time) is possible.',
      [steady('7 more pairs')],
    ],
    [
      'undecided, one to go',
      words({ morePairs: 1, of: 'sessions' }),
      'Undecided: 10 to 30 % less (12 pairs of sessions). Even the promised 1.5× is possible.',
      [steady('1 more pair')],
    ],
    [
      'undecided, too dear',
      words({}),
      'Undecided: 10 to 30 % less (12 pairs). Even the promised 1.5× (1.35× in total time) is possible.',
      [],
    ],
    [
      'undecided at the very end',
      words({ looks: [at(48)], morePairs: 3 }),
      'Undecided: 10 to 30 % less (48 pairs). Even the promised 1.5× (1.35× in total time) is possible.',
      [],
    ],
    [
      'no promise',
      words({ promiseRuledOut: true, looks: [at(12, -12, 4)], morePairs: 7 }),
      'Not the promised speed: if priority helps at all, it saves 12 % at most (12 pairs: 12 % less to 4 % more).',
      ['About 7 more pairs would probably tell whether anything is left, if turns stay this steady.'],
    ],
    [
      'no promise, too dear',
      words({ promiseRuledOut: true, looks: [at(12, 1, 4)] }),
      'Not the promised speed: if priority helps at all, it saves 0 % at most (12 pairs: 1 to 4 % more).',
      ['To tell whether anything is left would take more than 48 pairs: not worth its quota.'],
    ],
    [
      'no promise at the very end',
      words({ promiseRuledOut: true, looks: [at(48)], morePairs: 7 }),
      expect.any(String) as never,
      ['That is as many as an experiment takes.'],
    ],
  ])('are right of %s', (_what, { sentence, notes }, wanted, wantedNotes) => {
    expect(sentence).toEqual(wanted);
    expect(notes).toEqual(wantedNotes);
  });
});
