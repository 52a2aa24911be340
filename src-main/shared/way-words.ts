import type { WayProblem, WayTestHost } from './ways.ts';
import type { Words } from './words/words.ts';

/** What came of trying to reach one host, in a line. */
export function hostLine({ host, tookMs, problem }: WayTestHost, { t, format }: Words): string {
  if (problem === null) return t('ways.reached', { host, took: format.ms(tookMs) });
  return t('ways.failed', { host, problem: problemText(problem, t) });
}

function problemText({ kind, detail }: WayProblem, t: Words['t']): string {
  switch (kind) {
    case 'credentials':
      return t('ways.credentials');
    case 'timeout':
      return t('ways.timeout');
    case 'closed':
    case 'untrusted':
    case 'name':
    case 'refused':
    case 'network':
    case 'other':
      return t(`ways.${kind}`, { detail });
  }
}
