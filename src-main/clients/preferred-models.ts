import type { OfferedModel } from './client.ts';

/** One that every account has, for where none is known. */
const anyModel: OfferedModel = {
  slug: 'gpt-5.5',
  name: 'GPT-5.5',
  contextTokens: null,
  outputTokens: null,
  inputModalities: ['text'],
  efforts: [],
  rank: null,
};

/** The models without the aliases of their fast tiers, the catalogue's first choice first. */
export function preferredModels(models: readonly OfferedModel[]): OfferedModel[] {
  const plain = models.filter(({ slug }) => !slug.endsWith('-fast'));
  return plain.toSorted((one, other) => (one.rank ?? Infinity) - (other.rank ?? Infinity) || 0);
}

/** As `preferredModels`, for a client that needs one to be set up at all. */
export function modelsToName(models: readonly OfferedModel[]): readonly [OfferedModel, ...OfferedModel[]] {
  const [first = anyModel, ...others] = preferredModels(models);
  return [first, ...others];
}

/** The first of them; one that every account has where none is known. */
export function firstModel(models: readonly OfferedModel[]): string {
  return modelsToName(models)[0].slug;
}

/** Whether a model can be shown images. */
export function takesImages({ inputModalities }: OfferedModel): boolean {
  return inputModalities.includes('image');
}
