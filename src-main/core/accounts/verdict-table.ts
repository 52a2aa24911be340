/** What upstream says of an account, as against what it says of a request: the one table of it (PROTOCOL.md, What upstream says of an account). */

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

interface VerdictRow {
  /** What it holds for: every turn of the account, those of one model or of one metered limit, or this machine's place on the net. */
  readonly about: 'account' | 'model' | 'bucket' | 'place';
  /** How long the first one stands; each further one twice as long, up to the longest. */
  readonly firstMs: number;
  readonly longestMs: number;
  /** The account gets no turn at all meanwhile; otherwise others are only asked first. */
  readonly isHard: boolean;
  /** It is known after a restart too. */
  readonly isKept: boolean;
  /** The user hears of it outside the window. */
  readonly isTold: boolean;
  /** What ends it early, beside a sign-in, a turn that is served, and the user's own "try again". */
  readonly liftedBy: readonly Lift[];
}

/** Upstream answered a question about the account's quota; it named another plan; this machine's network changed. */
export type Lift = 'quota read' | 'plan' | 'network';

export const verdictTable = {
  deactivated: {
    about: 'account',
    firstMs: 24 * hourMs,
    longestMs: 24 * hourMs,
    isHard: true,
    isKept: true,
    isTold: true,
    liftedBy: ['quota read'],
  },
  unpaid: {
    about: 'account',
    firstMs: 30 * minuteMs,
    longestMs: 6 * hourMs,
    isHard: true,
    isKept: true,
    isTold: true,
    liftedBy: ['plan'],
  },
  plan: {
    about: 'account',
    firstMs: 6 * hourMs,
    longestMs: 24 * hourMs,
    isHard: true,
    isKept: true,
    isTold: true,
    liftedBy: ['plan'],
  },
  region: {
    about: 'place',
    firstMs: 10 * minuteMs,
    longestMs: hourMs,
    isHard: true,
    isKept: false,
    isTold: true,
    liftedBy: ['network'],
  },
  'sign-in': {
    about: 'account',
    firstMs: 10 * minuteMs,
    longestMs: 6 * hourMs,
    isHard: false,
    isKept: true,
    isTold: true,
    liftedBy: ['quota read'],
  },
  refused: {
    about: 'account',
    firstMs: 5 * minuteMs,
    longestMs: hourMs,
    isHard: false,
    isKept: false,
    isTold: false,
    liftedBy: ['network'],
  },
  challenged: {
    about: 'place',
    firstMs: minuteMs,
    longestMs: 30 * minuteMs,
    isHard: false,
    isKept: false,
    isTold: false,
    liftedBy: ['network'],
  },
  model: {
    about: 'model',
    firstMs: hourMs,
    longestMs: 12 * hourMs,
    isHard: false,
    isKept: true,
    isTold: false,
    liftedBy: ['plan'],
  },
  bucket: {
    about: 'bucket',
    firstMs: 5 * minuteMs,
    longestMs: 5 * minuteMs,
    isHard: true,
    isKept: true,
    isTold: false,
    liftedBy: [],
  },
} as const satisfies Record<string, VerdictRow>;

export type VerdictKind = keyof typeof verdictTable;

/** The row of a kind, as every row is. */
export function verdictRow(kind: VerdictKind): VerdictRow {
  return verdictTable[kind];
}

/** A refusal, as far as the table looks at it. */
export interface Said {
  readonly status: number;
  readonly code: string | null;
  readonly type: string | null;
  /** The member of the request that the error is about. */
  readonly param?: string | null;
  readonly message: string;
  /** A page of Cloudflare's own in place of an answer. */
  readonly isPage?: boolean;
}

interface Sign {
  readonly kind: VerdictKind;
  /** Whole codes or types. */
  readonly codes?: RegExp;
  /** Words of the message, in these statuses alone. */
  readonly words?: RegExp;
  readonly statuses?: readonly number[];
}

const ended = 'deactivated|disabled|suspended|banned|terminated|deleted|closed';
const whom = 'account|user|workspace|organization|org|team';

/** Looked through in order; the first that fits counts. */
const signs: readonly Sign[] = [
  { kind: 'deactivated', codes: new RegExp(`^(?:(?:${whom})_(?:is_)?(?:${ended})|(?:${ended})_(?:${whom}))$`) },
  {
    kind: 'deactivated',
    words: new RegExp(`\\b(?:${whom})\\b.{0,40}\\b(?:deactivated|suspended|banned|terminated)\\b`, 'i'),
    statuses: [401, 402, 403],
  },
  { kind: 'region', codes: /^(?:unsupported_(?:country|region)\w{0,40}|(?:country|region)_not_supported)$/ },
  { kind: 'region', words: /\b(?:country|region)\b.{0,60}\bnot supported\b/i, statuses: [403] },
  { kind: 'plan', codes: /^(?:usage_not_included|plan_not_(?:supported|eligible)|subscription_required)$/ },
  {
    kind: 'model',
    codes:
      /^(?:model_not_(?:available|supported|allowed|enabled|included|accessible)|(?:model_access_denied|unsupported_model))$/,
  },
  {
    kind: 'model',
    words:
      /\bmodel\b.{0,120}\b(?:(?:is|are) not (?:available|supported|included|enabled|accessible)|do(?:es)? not have access|don't have access|not exist or you)\b/i,
    statuses: [400, 403, 404],
  },
  {
    kind: 'model',
    words:
      /\b(?:plan|account) (?:does not|doesn't) (?:include|have access to|support)\b|\bnot (?:available|included|supported|enabled)\b.{0,40}\b(?:plan|subscription|account|workspace)\b|\brequires? .{0,40}\b(?:plan|subscription)\b/i,
    statuses: [400, 403, 404],
  },
];

/** Members of a request that a model's own absence is told of. */
const modelParams = new Set([null, undefined, 'model']);

/** The kind of verdict that a refusal is; null where it is about the request, the socket, the moment or the token. Pure. */
export function readVerdict(said: Said): VerdictKind | null {
  if (said.isPage === true) return said.status === 403 || said.status === 429 ? 'challenged' : null;
  const sign = signs.find((row) => fits(row, said));
  if (sign !== undefined) return sign.kind;
  if (said.status === 402) return 'unpaid';
  return said.status === 403 ? 'refused' : null;
}

function fits({ kind, codes, words, statuses }: Sign, { status, code, type, param, message }: Said): boolean {
  if (kind === 'model' && !modelParams.has(param)) return false;
  if (statuses !== undefined && !statuses.includes(status)) return false;
  if (codes !== undefined) return codes.test(code ?? '') || codes.test(type ?? '');
  return words?.test(message) ?? false;
}
