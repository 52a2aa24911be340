/** The fast lab. */
export const labWords = {
  'lab.coin': 'Let Slipstream decide by coin for a while',
  'lab.coin.what':
    'Your own sessions, in pairs: a coin says which of two goes fast. No extra turn is sent. What you or a client set wins, and the session counts as its coin fell.',
  'lab.coin.end':
    'It ends as soon as 6, 8, 12, 18 or 24 pairs decide it, and can be left at any time; sessions that have begun keep their tier.',
  'lab.coin.model': 'Model',
  'lab.coin.account': 'Account',
  'lab.coin.newSession': 'the account a new session gets',
  'lab.coin.pairs': 'Pairs of sessions',
  'lab.coin.most': 'at most {count, number}',
  'lab.coin.start': 'Throw the coin for new sessions',
  'lab.coin.leave': 'Leave it',
  'lab.coin.show': 'Show',
  'lab.coin.setAuto': 'Set it to Auto',
  'lab.coin.switched': 'The fast switch decides for every turn now. A coin takes <b>Auto</b>.',
  'lab.coin.running': '{model} on {account}: {pairs, number} of at most {most, number} pairs',
  'lab.coin.title': '{model} on {account}, by coin',
  'lab.coin.progress':
    '{pairs, number} of at most {most, number} pairs of sessions, {open, plural, one {# session} other {# sessions}} not over yet',
  'lab.coin.idle': 'A session is over once it has rested for half an hour.',
  'lab.coin.sessions': 'Sessions',
  'lab.coin.measured': 'Measured',
  'lab.coin.asFell': 'Every turn as the coin fell',
  'lab.coin.lost': 'Lost: no turn completed',
  'lab.coin.turns': 'Turns',
  'lab.coin.standard': 'Standard',
  'lab.coin.rests':
    'Each session counts as its coin fell, whatever its turns were sent with. The verdict rests on the time after the first token for each output token, over whole sessions.',
  'lab.coin.every': 'Every pair of sessions: {count, number}',
} as const;
