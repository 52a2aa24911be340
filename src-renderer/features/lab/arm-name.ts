import type { LabArm } from '../../../src-main/shared/lab.ts';
import { defaultTier, tierWord } from '../../../src-main/shared/tiers.ts';
import type { Translate } from '../../../src-main/shared/words/words.ts';

/** What an arm is called: the standard one, or the one of a tier. */
export function armName(t: Translate, arm: LabArm, tier: string): string {
  if (arm === 'standard') return t('lab.arm.standard');
  return tier === defaultTier.id ? t('lab.arm.fast') : tierWord(tier);
}
