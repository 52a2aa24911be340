import type { OfferedModel } from './client.ts';

/** The models without the aliases of their fast tiers, the catalogue's first choice first. */
export function preferredModels(models: readonly OfferedModel[]): OfferedModel[] {
  const plain = models.filter(({ slug }) => !slug.endsWith('-fast'));
  return plain.toSorted((one, other) => (one.rank ?? Infinity) - (other.rank ?? Infinity) || 0);
}

/** The first of them; one that every account has where none is known. */
export function firstModel(models: readonly OfferedModel[]): string {
  return preferredModels(models)[0]?.slug ?? 'gpt-5.5';
}

/** Whether a model can be shown images. */
export function takesImages({ inputModalities }: OfferedModel): boolean {
  return inputModalities.includes('image');
}
