import type { unitWords as english } from '../en/units.ts';
import type { SameIds } from '../message.ts';

export const unitWords: SameIds<typeof english> = {
  'units.in': '{span}后',
  'units.ago': '{span}前',
  'units.now': '刚刚',
  'units.until': '至 {instant}',
  'units.spaced': '，{text}',
  'units.comma': '，',
};
