/** Numbers and times where they stand in words; the units themselves come of the platform. */
export const unitWords = {
  'units.in': 'in {span}',
  'units.ago': '{span} ago',
  'units.now': 'now',
  'units.until': 'until {instant}',
  'units.spaced': ' {text}',
  'units.comma': ', ',
} as const;
