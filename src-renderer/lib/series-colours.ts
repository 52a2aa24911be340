/**
 * Colours that tell groups apart in charts, as names of tokens: the same in light and dark, at least 3:1 against both grounds, and far
 * enough from each other for colour-blind eyes (test/renderer/series-colours.test.ts).
 */
export const seriesColours = [
  '--series-1',
  '--series-2',
  '--series-3',
  '--series-4',
  '--series-5',
  '--series-6',
] as const;

/** Of what is not told apart. */
export const restColour = '--client-fill';
