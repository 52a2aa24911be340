/** Pieces that, repeated, are the worst some reader can be given: what it skips, counts, balances, escapes or looks for. */
export const worstPieces: readonly string[] = [
  ...' \t\n\r"\'\\/.,:=-_#&?%+[{(a0é\u0000',
  '\r\n',
  ' \n',
  '\\"',
  '/*',
  '//',
  'a.',
  'a b ',
  '[a]\n',
  '"a":',
  '{"a":',
  '[[',
  '],[',
  'data:',
  'data:x\n',
  ':\n',
  'eyJ',
  '.eyJabcdefgh',
  'rt_',
  'sk-',
  'Bearer ',
  'token',
  '"token":"',
  'key = ',
  '&key=',
  '__',
  ...['- ', '- a\n', '*a, ', 'a: ', '? ', '&a ', '|\n', 'a: b\n', 'token: x\n '],
  'try again in 1',
  '\ud83d\ude00',
];

/** So many characters of a piece and its repetitions, with an end that few patterns expect. */
export function repeated(piece: string, chars: number): string {
  return `${piece.repeat(Math.ceil(chars / piece.length)).slice(0, chars - 1)}!`;
}
