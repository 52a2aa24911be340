/** What the fast lab finds, in sentences, each with its numbers. */
export const verdictWords = {
  'verdict.less': '{percent} less',
  'verdict.more': '{percent} more',
  'verdict.range.across': '{low} to {high}',
  'verdict.range.less': '{near} to {far} less',
  'verdict.range.more': '{near} to {far} more',
  'verdict.pairs.turns': '{n, plural, one {# pair} other {# pairs}}',
  'verdict.pairs.sessions': '{n, plural, one {# pair of sessions} other {# pairs of sessions}}',
  'verdict.outcome.turns': 'time for each output token',
  'verdict.outcome.sessions': 'time after the first token for each output token',
  'verdict.promise.turns': '1.5× ({speed}× in total time)',
  'verdict.promise.sessions': '1.5×',
  'verdict.tooFew': 'Not enough data: {pairs} of the 6 that a first look needs.',
  'verdict.lossy':
    'No verdict: {lost, plural, one {# pair} other {# pairs}} of {all, number} failed, more than one in five.',
  'verdict.faster':
    '{tier} was faster: {middle} {outcome} ({range}; {pairs}, {looks, plural, one {# look} other {# looks}}).',
  'verdict.slower':
    '{tier} was slower: {middle} {outcome} ({range}; {pairs}, {looks, plural, one {# look} other {# looks}}).',
  'verdict.no-difference':
    'No difference that matters: {range} {outcome} ({pairs}); {region, number} % either way is ruled out.',
  'verdict.noPromise': 'Not the promised speed: if {tier} helps at all, it saves {most} at most ({pairs}: {range}).',
  'verdict.undecided': 'Undecided: {range} ({pairs}). Even the promised {promise} is possible.',
  'verdict.note.early': 'Stopped early, so the middle figure leans to the large side: trust the range.',
  'verdict.note.belowPromise': 'That is less than the promised 1.5×.',
  'verdict.note.most': 'That is as many as an experiment takes.',
  'verdict.note.beyond':
    'To tell whether anything is left would take more than {most, number} pairs: not worth its quota.',
  'verdict.note.left':
    'About {more, plural, one {# more pair} other {# more pairs}} would probably tell whether anything is left, if turns stay this steady.',
  'verdict.note.more':
    'About {more, plural, one {# more pair} other {# more pairs}} would probably decide, if turns stay this steady.',
  'verdict.note.blocks': 'Of the earlier form: three pairs on shared sockets, and one 95 % interval at the end.',
  'search.needed.transport': 'the websocket',
  'search.needed.originator': 'the official originator',
  'search.needed.hint': 'the routing hint',
  'search.needed.metadata': 'the turn metadata',
  'search.without.transport': 'over HTTP',
  'search.without.originator': 'with another originator',
  'search.without.hint': 'without the routing hint',
  'search.without.metadata': 'without the turn metadata',
  'search.never':
    'Fast is not granted here, even as the official client asks for it: any gain is under {speed}× ({pairs}). Nothing was searched further.',
  'search.whatever-else': 'Fast works whatever else is sent: {speed}× {left} ({range} time, {pairs}).',
  'search.whatever-else.plain': 'Fast works whatever else is sent: {speed}× {left} ({pairs}).',
  'search.needs.one': 'Fast needs {needed}: {without} the gain is gone.',
  'search.needs.one.loss':
    'Fast needs {needed}: {without} the gain is gone (a token takes {longer} longer, {range}, {rounds, plural, one {# round} other {# rounds}}).',
  'search.needs.two': 'Fast needs both {needed}: without either the gain is gone.',
  'search.needs.several': 'Fast needs {needed}: without any of them the gain is gone.',
  'search.stays': '{without} it stays: still faster.',
  'search.partly': '{without} priority is still faster, but less so.',
  'search.notDecided': 'Not decided after {rounds, plural, one {# round} other {# rounds}}: {needed}.',
  'search.none-alone':
    'No single condition is needed, but with all of them off the gain is gone: one may stand in for another.',
  'search.revoked':
    "Fast was granted in stage 1 and not during stage 3: the account's grant changed; nothing is said of conditions.",
  'search.open': 'Not decided after {pairs} whether fast is granted here at all. Nothing was searched further.',
} as const;
