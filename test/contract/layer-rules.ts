/** The arrows of CONTRIBUTING.md as data, and the question whether one import follows them. Paths are relative to the repository. */

export interface ImportFact {
  readonly from: string;
  /** A file of ours, or the name of a package. */
  readonly to: string;
  /** Only types cross. */
  readonly typeOnly: boolean;
  /** `await import(…)`: loaded when it is wanted, if ever. */
  readonly dynamic: boolean;
}

/** What an area may import of ours: areas, single files, or only the types of either. */
interface Rule {
  readonly values: readonly string[];
  readonly types?: readonly string[];
  readonly lazily?: readonly string[];
}

const four = ['core/dialects', 'core/normalise', 'core/accounts', 'core/upstream'] as const;
/** Words all of the core shares: headers.ts, json.ts, ports.ts, watch.ts, wire-event.ts, … */
const vocabulary = ['shared', 'core'];

const features = 'renderer/features/';
const pageState = ['renderer/stores', 'renderer/lib', 'shared'];
const pageParts = ['renderer/ui', 'renderer/hooks', ...pageState];

const faceRule = (...own: readonly string[]): Rule => ({
  values: [
    ...own,
    'shared',
    'src-main/core/ports.ts',
    'src-main/core/bounded-map.ts',
    'src-main/core/codex-home.ts',
    'src-main/core/file-troubles.ts',
    'src-main/core/learn/find-codex.ts',
    'src-main/core/learn/installed-version.ts',
    'src-main/core/same-secret.ts',
    'src-main/core/server/addresses.ts',
    'src-main/core/plain-file.ts',
    'src-main/core/load-own-code.ts',
    'src-main/core/state-file.ts',
    'src-main/core/traces/redaction.ts',
  ],
  types: ['app'],
  lazily: ['simulator'],
});

const rules: Readonly<Record<string, Rule>> = {
  shared: { values: ['shared'] },
  core: { values: vocabulary },
  'core/server': { values: [...vocabulary, 'core/server', 'core/turn', ...four, 'core/models'] },
  'core/turn': { values: [...vocabulary, 'core/turn', ...four, 'core/models'] },
  ...Object.fromEntries(four.map((area) => [area, { values: [...vocabulary, area] }])),
  // The catalogue is asked of upstream.
  'core/models': { values: [...vocabulary, 'core/models', 'core/upstream'] },
  // A recorder reads bodies as upstream does, and a comparison asks the normaliser.
  'core/learn': { values: [...vocabulary, 'core/learn', 'core/normalise', 'src-main/core/upstream/content-coding.ts'] },
  'core/traces': { values: [...vocabulary, 'core/traces', 'core/latency'] },
  // It watches as the recorder does, by the same moments.
  'core/metrics': {
    values: [...vocabulary, 'core/metrics', 'src-main/core/normalise/client-kind.ts', 'src-main/core/traces/marks.ts'],
  },
  'core/keys': { values: [...vocabulary, 'core/keys'] },
  'core/latency': { values: [...vocabulary, 'core/latency'] },
  app: {
    values: [
      'app',
      'shared',
      'core',
      'core/server',
      'core/turn',
      ...four,
      'core/models',
      'core/traces',
      'core/latency',
      'core/learn',
      'core/metrics',
      'core/keys',
    ],
  },
  clients: faceRule('clients'),
  // What plain Node can do, Electron can too; never the other way round.
  electron: faceRule('electron', 'node', 'clients'),
  node: faceRule('node', 'clients'),
  simulator: { values: ['simulator'] },
  build: { values: ['build'] },
  entry: { values: ['entry', 'app', 'electron', 'node', 'shared', 'package.json'] },
  // Of shared the page loads only what loads no package itself: `heavyForPages`.
  renderer: { values: ['renderer', 'renderer/styles', 'renderer/stores', 'renderer/shell', 'shared'] },
  'renderer/lib': { values: ['renderer/lib', 'shared'] },
  'renderer/stores': { values: ['renderer/stores', 'renderer/lib', 'src-renderer/bridge.ts', 'shared'] },
  'renderer/hooks': { values: ['renderer/hooks', ...pageState] },
  'renderer/ui': { values: ['renderer/ui', 'renderer/hooks', ...pageState] },
  'renderer/shell': { values: ['renderer/shell', 'renderer/features/*', ...pageParts] },
};

/** A feature of the page knows no other: what several use lies in its ui, hooks or stores. */
const featureRule = (feature: string): Rule => ({ values: [feature, ...pageParts] });

function ruleOf(area: string): Rule | undefined {
  return area.startsWith(features) ? featureRule(area) : rules[area];
}

/** Single arrows that go against a rule on purpose. */
const exceptions: readonly ImportFact[] = [
  // The platform is said in the words of the user agent it ends in.
  { from: 'src-main/core/platform.ts', to: 'src-main/core/normalise/identity.ts', typeOnly: true, dynamic: false },
];

/** Packages that only some areas may import. */
const guarded: readonly { readonly packages: RegExp; readonly areas: readonly string[] }[] = [
  { packages: /^electron(-store|-updater)?$/, areas: ['electron', 'src-main/main.ts'] },
  { packages: /^react(-dom)?(\/|$)/, areas: ['renderer'] },
  { packages: /^(vite|electron-vite|vitest|playwright-core)(\/|$)/, areas: ['build'] },
];

/** Whether a file is of the page. */
export function isOfPage(path: string): boolean {
  return path.startsWith('src-renderer/');
}

/** The part of the program a file belongs to; null for what is no part of it. */
export function areaOf(path: string): string | null {
  const [top = '', second = '', third = '', ...rest] = path.split('/');
  if (isOfPage(path)) {
    if (third === '') return 'renderer';
    return second === 'features' ? `${features}${third}` : `renderer/${second}`;
  }
  if (path === 'package.json') return path;
  if (top !== 'src-main') return null;
  if (third === '') return 'entry';
  if (second !== 'core') return second;
  return rest.length === 0 ? 'core' : `core/${third}`;
}

function isOurs(name: string): boolean {
  return areaOf(name) !== null;
}

function judgePackage(fact: ImportFact, area: string): string | null {
  const guard = guarded.find(({ packages }) => packages.test(fact.to));
  if (guard !== undefined && !guard.areas.some((allowed) => [area, area.split('/')[0], fact.from].includes(allowed))) {
    return `${fact.from} imports the package ${fact.to}, which is for ${guard.areas.join(' and ')} alone`;
  }
  if (area === 'shared' && fact.to.startsWith('node:')) {
    return `${fact.from} imports ${fact.to}, but shared is loaded by pages too`;
  }
  return null;
}

/** What is wrong with an import; null when nothing is. */
export function judge(fact: ImportFact): string | null {
  const area = areaOf(fact.from);
  const rule = area === null ? undefined : ruleOf(area);
  if (area === null || rule === undefined) return `${fact.from} lies in no known part of the program`;
  if (!isOurs(fact.to))
    return fact.to.startsWith('.') || fact.to.startsWith('/') ? missing(fact) : judgePackage(fact, area);
  const target = areaOf(fact.to);
  const targets = [target, fact.to, target?.startsWith(features) ? `${features}*` : null];
  const fits = (allowed: readonly string[] = []) => targets.some((one) => one !== null && allowed.includes(one));
  const isException = exceptions.some(
    (one) => one.from === fact.from && one.to === fact.to && (!one.typeOnly || fact.typeOnly),
  );
  if (fits(rule.values) || isException) return null;
  if (fact.typeOnly && (fits(rule.types) || fits(rule.lazily))) return null;
  if (fact.dynamic && fits(rule.lazily)) return null;
  const how = fits(rule.types) ? ' as more than types' : fits(rule.lazily) ? ' before it is wanted' : '';
  return `${fact.from} imports ${fact.to}${how}; ${area} may import ${describe(rule)}`;
}

/** Packages that the page carries anyway. */
const ofPagesToo = ['intl-messageformat'];

/**
 * Values that pages take from files of shared which need another package or Node: the page would carry it. Each as the way there,
 * file by file, over all imports of values.
 */
export function heavyForPages(
  files: readonly { readonly path: string; readonly imports: readonly ImportFact[] }[],
): string[] {
  const valuesOf = new Map(files.map(({ path, imports }) => [path, imports.filter(({ typeOnly }) => !typeOnly)]));
  const wayToPackage = (path: string, way: readonly string[]): string | null => {
    const next = (valuesOf.get(path) ?? []).filter(({ to }) => !way.includes(to));
    const [foreign] = next.filter(({ to }) => !isOurs(to) && !ofPagesToo.includes(to));
    if (foreign !== undefined) return [...way, foreign.to].join(' → ');
    for (const { to } of next.filter((one) => isOurs(one.to))) {
      const found = wayToPackage(to, [...way, to]);
      if (found !== null) return found;
    }
    return null;
  };
  return files
    .filter(({ path }) => isOfPage(path))
    .flatMap(({ path }) => valuesOf.get(path) ?? [])
    .filter(({ to }) => areaOf(to) === 'shared')
    .flatMap(({ from, to }) => wayToPackage(to, [from, to]) ?? []);
}

function missing(fact: ImportFact): string {
  return `${fact.from} imports ${fact.to}, which is no file of the program`;
}

function describe({ values, types = [], lazily = [] }: Rule): string {
  const parts = [
    values.join(', '),
    types.length > 0 ? `types of ${types.join(', ')}` : '',
    lazily.length > 0 ? `${lazily.join(', ')} by await import()` : '',
  ];
  return parts.filter((part) => part !== '').join('; ');
}
