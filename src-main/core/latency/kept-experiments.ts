import { LabExperiment } from '../../shared/lab.ts';
import { english } from '../../shared/words/english.ts';
import { isJsonObject, type JsonObject, numberMember, objectMember, textMember } from '../json.ts';
import { analyse } from './analyse.ts';
import { usualRules } from './verdict.ts';

/** Experiments from the JSON they were kept as, those of the earlier form among them. */

/** What an earlier form called no difference is one only where its interval says so. */
function earlierVerdict(verdict: string | null, low: number | null, high: number | null): string {
  if (verdict !== 'no-difference') return verdict ?? 'not-enough-data';
  const { regionPercent } = usualRules;
  return low !== null && high !== null && low > -regionPercent && high < regionPercent ? 'no-difference' : 'undecided';
}

/** An experiment in blocks of three pairs, as one of today's with its own sentence and what it was. */
function fromBlocks(kept: JsonObject): JsonObject {
  const result = objectMember(kept, 'result') ?? {};
  const [low, high] = [numberMember(result, 'lowPercent'), numberMember(result, 'highPercent')];
  const empty = analyse([], usualRules).result;
  const pairs = Array.isArray(kept.pairs) ? kept.pairs.filter(isJsonObject) : [];
  return {
    ...kept,
    form: 'blocks',
    version: null,
    profile: null,
    seed: null,
    run: 1,
    search: null,
    pairs: pairs.map((pair, at) => ({ ...pair, pair: at })),
    result: {
      ...empty,
      ...result,
      verdict: earlierVerdict(textMember(result, 'verdict'), low, high),
      notes: [english.t('verdict.note.blocks')],
    },
  };
}

/** Kept experiments from their JSON; one that this version cannot read is left out. */
export function readExperiments(texts: readonly string[]): LabExperiment[] {
  return texts.flatMap((text) => {
    try {
      const kept: unknown = JSON.parse(text);
      if (!isJsonObject(kept)) return [];
      return LabExperiment.safeParse(kept.form === undefined ? fromBlocks(kept) : kept).data ?? [];
    } catch {
      return [];
    }
  });
}
