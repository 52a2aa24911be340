/** The official catalogue's models (from models.json of the core): one row each, the rest is built in catalogue.ts. */

export interface ModelRow {
  readonly slug: string;
  readonly name: string;
  readonly context: number;
  readonly maxContext: number;
  readonly efforts: readonly string[];
  readonly defaultEffort: string;
  /** What the Fast tier is said to bring; absent: the model has no tiers. */
  readonly fast?: string;
  readonly defaultTier?: string;
  readonly hidden?: boolean;
  readonly priority: number;
  readonly lite: boolean;
  /** Answered but not listed: what older and newer clients ask for. */
  readonly unlisted?: boolean;
  /** Listed for this client version and newer ones alone. */
  readonly minimalVersion?: string;
}

const four = ['low', 'medium', 'high', 'xhigh'];
const five = [...four, 'max'];
const six = [...five, 'ultra'];
const usual = { context: 272_000, maxContext: 872_000, efforts: six, defaultEffort: 'low', lite: true };
const fast15 = '1.5x speed, increased usage';

export const modelRows: readonly ModelRow[] = [
  { ...usual, slug: 'gpt-6-astra', name: 'GPT-6-Astra', fast: '2x speed, increased usage', priority: 2 },
  { ...usual, slug: 'gpt-6.1-sol', name: 'GPT-6.1-Sol', fast: '2x speed, increased usage', priority: 1 },
  { ...usual, slug: 'gpt-6.1-terra', name: 'GPT-6.1 Terra', fast: '1.5x speed', context: 500_000, priority: 7 },
  {
    ...usual,
    slug: 'gpt-6-sol',
    name: 'GPT-6-Sol',
    fast: '1.5x speed',
    defaultTier: 'priority',
    defaultEffort: 'medium',
    priority: 3,
  },
  {
    ...usual,
    slug: 'gpt-6-luna',
    name: 'GPT-6-Luna',
    fast: '1.5x speed',
    defaultTier: 'priority',
    defaultEffort: 'medium',
    efforts: five,
    priority: 4,
  },
  { ...usual, slug: 'gpt-5.6-sol', name: 'GPT-5.6-Sol', fast: fast15, priority: 5 },
  { ...usual, slug: 'gpt-5.6-terra', name: 'GPT-5.6-Terra', fast: fast15, defaultEffort: 'medium', priority: 8 },
  {
    ...usual,
    slug: 'gpt-5.6-luna',
    name: 'GPT-5.6-Luna',
    fast: fast15,
    defaultEffort: 'medium',
    efforts: five,
    priority: 9,
  },
  { ...usual, slug: 'gpt-daybreak-blue-latest', name: 'Daybreak Blue', hidden: true, priority: 11 },
  {
    ...usual,
    slug: 'gpt-daybreak-red-latest',
    name: 'Daybreak Red',
    context: 372_000,
    maxContext: 372_000,
    defaultEffort: 'medium',
    hidden: true,
    priority: 12,
  },
  {
    ...usual,
    slug: 'gpt-5.5',
    name: 'GPT-5.5',
    maxContext: 272_000,
    fast: fast15,
    efforts: four,
    defaultEffort: 'medium',
    priority: 13,
    lite: false,
  },
  {
    ...usual,
    slug: 'codex-auto-review',
    name: 'Codex Auto Review',
    fast: fast15,
    efforts: five,
    defaultEffort: 'medium',
    hidden: true,
    priority: 43,
  },
  // What client 0.171 takes where nobody chooses: its own list is newer than this one.
  {
    ...usual,
    slug: 'gpt-6.2-sol',
    name: 'GPT-6.2-Sol',
    fast: '2x speed, increased usage',
    priority: 1,
    unlisted: true,
  },
  // Client 0.118 asks for it, with priority (captures/old118-official-fast).
  {
    ...usual,
    slug: 'gpt-5.3-codex',
    name: 'GPT-5.3-Codex',
    fast: fast15,
    efforts: four,
    defaultEffort: 'medium',
    priority: 99,
    lite: false,
    unlisted: true,
  },
];
