import type { OfferedModel } from '../../src-main/core/models/offered-models.ts';

const unsaid: OfferedModel = {
  slug: 'gpt-5.5',
  name: 'GPT-5.5',
  contextTokens: null,
  outputTokens: null,
  inputModalities: ['text'],
  efforts: [],
  rank: null,
};

/** A model of which the catalogue says only this. */
export function offeredModel(said: Partial<OfferedModel>): OfferedModel {
  return { ...unsaid, ...said };
}
