import { createHash } from 'node:crypto';

/** A sample of mutants: each is in it or not by chance, and by the same chance again for the same seed and files. */
export interface Sample {
  readonly percent: number;
  readonly seed: number;
}

export function isDrawn({ percent, seed }: Sample, mutantId: string): boolean {
  const chance = createHash('sha256').update(`${seed} ${mutantId}`).digest().readUInt32BE() / 2 ** 32;
  return chance * 100 < percent;
}

/** Reads what `sampleText` wrote; null for all mutants. */
export function readSample(text: string | undefined): Sample | null {
  const [percent, seed] = (text ?? '').split(' ').map(Number);
  return percent && seed !== undefined ? { percent, seed } : null;
}

export function sampleText(sample: Sample | null): string {
  return sample === null ? '' : `${sample.percent} ${sample.seed}`;
}

/** The half of a 95 % interval (Wilson's, at its widest side) around a share found in a sample, in points of per cent. */
export function marginPoints(killed: number, all: number): number {
  const z = 1.96;
  const share = killed / all;
  const spread = z * Math.sqrt((share * (1 - share)) / all + (z * z) / (4 * all * all));
  const centre = share + (z * z) / (2 * all);
  const [low, high] = [(centre - spread) / (1 + (z * z) / all), (centre + spread) / (1 + (z * z) / all)];
  return 100 * Math.max(share - low, high - share);
}
