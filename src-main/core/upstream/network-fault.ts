/** What keeps a connection from being made; libraries wrap the system's error in several ways. */
export type NetworkFault = 'name' | 'refused' | 'network' | 'timeout' | 'room' | 'other';

/** Of the head of an answer: what upstream adds to its own is relayed, and more than this is no answer. */
export const maxAnswerHeadBytes = 64 * 1024;

/** Both families are tried, one after the other in quick succession, whatever this Node was started with. */
export const bothFamilies = { autoSelectFamily: true, autoSelectFamilyAttemptTimeout: 250 } as const;

const faults = new Map<string, NetworkFault>([
  ['ENOTFOUND', 'name'],
  ['EAI_AGAIN', 'name'],
  ['EAI_FAIL', 'name'],
  ['EAI_NODATA', 'name'],
  ['EAI_NONAME', 'name'],
  ['ESERVFAIL', 'name'],
  ['ENODATA', 'name'],
  ['ECONNREFUSED', 'refused'],
  ['ENETUNREACH', 'network'],
  ['ENETDOWN', 'network'],
  ['EHOSTUNREACH', 'network'],
  ['EHOSTDOWN', 'network'],
  ['EADDRNOTAVAIL', 'network'],
  ['ETIMEDOUT', 'timeout'],
  ['UND_ERR_CONNECT_TIMEOUT', 'timeout'],
  ['UND_ERR_HEADERS_TIMEOUT', 'timeout'],
  // This process, or this machine, has no room for another connection.
  ['EMFILE', 'room'],
  ['ENFILE', 'room'],
  ['ENOBUFS', 'room'],
  ['ENOMEM', 'room'],
]);

function partsOf(error: unknown): readonly unknown[] {
  const parts = error instanceof AggregateError ? error.errors : [];
  return error instanceof Error && error.cause !== undefined ? [...parts, error.cause] : parts;
}

function codeOf(error: unknown): string | null {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : null;
  return typeof code === 'string' ? code : null;
}

const maxDepth = 4;

/** The kind of fault that an error of `ws`, undici or Node stands for: its own, or the first that is known of those in it. */
export function networkFault(error: unknown, depth = 0): NetworkFault {
  const own = faults.get(codeOf(error) ?? '');
  if (own !== undefined || depth >= maxDepth) return own ?? 'other';
  for (const part of partsOf(error)) {
    const fault = networkFault(part, depth + 1);
    if (fault !== 'other') return fault;
  }
  return 'other';
}

/** The error's own words; where several addresses were tried it has none, so theirs. */
export function faultText(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  if (error.message !== '') return error.message;
  const texts = partsOf(error).map(faultText);
  return texts.length > 0 ? [...new Set(texts)].join(', ') : (codeOf(error) ?? error.name);
}
