import type { LabConditionsFinding, LabSearch } from '../../shared/lab.ts';

/** The finding of the stages so far; null while the next one is still to come. */
export function searchFinding(
  { official, without, claims }: Pick<LabSearch, 'official' | 'without' | 'claims'>,
  stillGranted: boolean | null,
): LabConditionsFinding | null {
  if (official.verdict !== 'faster') return official.promiseRuledOut ? 'never' : 'open';
  if (without === null) return null;
  if (without.verdict === 'faster') return 'whatever-else';
  if (claims.length === 0) return null;
  if (stillGranted === false) return 'revoked';
  if (claims.some(({ finding }) => finding === 'needed' || finding === 'partly')) return 'some-needed';
  return claims.every(({ finding }) => finding === 'not-needed') ? 'none-alone' : 'open';
}
