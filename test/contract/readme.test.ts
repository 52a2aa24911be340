import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { knownClients } from '../../src-main/clients/known-clients.ts';
import { TurnMetrics } from '../../src-main/core/metrics/prometheus.ts';
import { builtInProfiles } from '../../src-main/core/normalise/profiles/choose.ts';
import { runCommandLine } from '../../src-main/node/command-line.ts';
import { defaultPort } from '../../src-main/node/options.ts';
import { Settings } from '../../src-main/shared/settings.ts';
import { english } from '../../src-main/shared/words/english.ts';

const root = new URL('../..', import.meta.url).pathname;
const textOf = (path: string) => readFileSync(join(root, path), 'utf8');
const readme = textOf('README.md');
const manual = [readme, ...['assets/server/README.md', 'src-main/core/README.md'].map(textOf)].join('\n');
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  ...globSync('{assets,src-main,src-renderer,test}/**/*.md', { cwd: root }),
];
/** Code in a line, and the lines of blocks. */
const spans = [...manual.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, code = '']) =>
  code.replaceAll('\\|', '|'),
);
const blockLines = [...manual.matchAll(/^```\w*\n([\s\S]*?)^```/gm)].flatMap(([, code = '']) => code.split('\n'));

/** A command as its help tells it. */
interface Command {
  readonly commands: ReadonlyMap<string, Command>;
  readonly options: ReadonlySet<string>;
  /** Words that an argument of it may be. */
  readonly choices: readonly string[];
}

async function commandAt(path: readonly string[]): Promise<Command> {
  const lines: string[] = [];
  const print = (line: string) => void lines.push(line);
  await runCommandLine([...path, '--help'], {
    compose: () => Promise.reject(new Error('nothing is composed')),
    version: '0',
    rendererDir: '',
    print,
    write: () => Promise.resolve(),
    complain: print,
  });
  const [head = '', list = ''] = lines.join('\n').split('Commands:\n');
  const names = [...(list.split('\n\n')[0] ?? '').matchAll(/^ {2}([\w-]+)/gm)].map(([, name = '']) => name);
  const commands = new Map<string, Command>();
  for (const name of names.filter((each) => each !== 'help')) commands.set(name, await commandAt([...path, name]));
  const own = [...head.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, option = '']) => option);
  const given = (head.split('Options:\n')[0] ?? '').replaceAll(/\s+/g, ' ').matchAll(/\(choices: ([^()]+)/g);
  const choices = [...given].flatMap(([, words = '']) =>
    [...words.matchAll(/"([^"]+)"/g)].map(([, word = '']) => word),
  );
  return { commands, options: new Set(own), choices };
}

/** Every option below a command. */
function optionsBelow({ commands, options }: Command): string[] {
  return [...options, ...[...commands.values()].flatMap(optionsBelow)];
}

/** Every path of commands below one, such as "key add". */
function pathsBelow({ commands }: Command, above = ''): string[] {
  return [...commands].flatMap(([name, command]) => {
    const path = `${above}${name}`;
    return [path, ...pathsBelow(command, `${path} `)];
  });
}

/** The commands that a line names, alternatives one by one, and its options that none of them has. */
function readCall(
  program: Command,
  line: string,
): { readonly paths: readonly string[]; readonly wrong: readonly string[] } {
  let [at, path, paths] = [program, '', [] as string[]];
  const allowed = new Set(program.options);
  const wrong: string[] = [];
  for (const word of line.split(/[\s[\],|]+/)) {
    const next = at.commands.get(word) ?? null;
    if (next !== null) {
      paths = [...paths, `${path}${word}`];
      for (const option of optionsBelow(next)) allowed.add(option);
      // One with commands of its own is gone into; of the others the next word may be an alternative.
      if (next.commands.size > 0) [at, path] = [next, `${path}${word} `];
    } else if (/^--\w/.test(word) && !allowed.has(word)) wrong.push(`${line}: ${word}`);
  }
  return { paths, wrong };
}

describe('the commands of the manual', () => {
  let program: Command;
  beforeAll(async () => {
    program = await commandAt([]);
  });
  const calls = [...spans, ...blockLines.map((line) => line.replace(/ +#.*$/, ''))].flatMap((code) => {
    const [, call] = /(?:\bslipstream|launcher\.mjs)( [^&)]+)/.exec(code) ?? [];
    return call === undefined || /^docker (build|run)/.test(code) ? [] : [call.trim()];
  });

  it('are those there are, with options that they have', () => {
    expect(calls.length).toBeGreaterThan(40);
    expect(calls.flatMap((call) => readCall(program, call).wrong)).toEqual([]);
    const unknown = calls.filter((call) => /^[a-z]/.test(call) && readCall(program, call).paths.length === 0);
    expect(unknown).toEqual([]);
  });

  it('have options beside them that they have', () => {
    const rows = [...readme.matchAll(/^\| `slipstream ([^`]+)`[^|]*(?:\\\|[^|]*)*\|(.+)\|$/gm)];
    expect(rows.length).toBeGreaterThan(15);
    const wrong = rows.flatMap(([, call = '', told = '']) =>
      [...told.matchAll(/`(--[\w-]+)/g)].flatMap(
        ([, option = '']) => readCall(program, `${call.replaceAll('\\|', '|')} ${option}`).wrong,
      ),
    );
    expect(wrong).toEqual([]);
  });

  it('name every word that an argument may be', () => {
    const rows = [...readme.matchAll(/^\| `slipstream ([^`]+)`/gm)].map(([, call = '']) => call.replaceAll('\\|', '|'));
    const told = [...program.commands].flatMap(([name, { choices }]) => choices.map((choice) => ({ name, choice })));
    expect(told.length).toBeGreaterThan(8);
    const isNamed = ({ name, choice }: (typeof told)[number]) =>
      rows.some((row) => row.startsWith(name) && row.split(/[\s[\],|]+/).includes(choice));
    expect(told.filter((each) => !isNamed(each))).toEqual([]);
  });

  it('leave none out', () => {
    const named = new Set(calls.flatMap((call) => readCall(program, call).paths));
    expect(pathsBelow(program).filter((path) => !named.has(path))).toEqual([]);
  });

  it('are judged by what they are', () => {
    expect(readCall(program, 'service install|remove --print').paths).toEqual([
      'service',
      'service install',
      'service remove',
    ]);
    expect(readCall(program, 'fast [on|off] --print').wrong).toEqual(['fast [on|off] --print: --print']);
  });
});

describe('what the documents name', () => {
  it('are scripts that package.json has', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { readonly scripts: object };
    const named = documents.flatMap((path) =>
      [...textOf(path).matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map(([, name = '']) => name),
    );
    expect(named.length).toBeGreaterThan(15);
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });

  it('are programs that any Node runs: TypeScript by the one in the tree', () => {
    const bare = documents.flatMap((path) =>
      [...textOf(path).matchAll(/(?<!npx )\bnode (?:test|src-main)\/\S+\.ts/g)].map(([call]) => `${path}: ${call}`),
    );
    expect(bare).toEqual([]);
  });

  it('are figures that were measured: those of the README are those of test/perf', () => {
    const [, table = ''] = /^## How fast\n([\s\S]*?)^## /m.exec(readme) ?? [];
    const measured = textOf('test/perf/README.md');
    const figures = [...table.matchAll(/\d[\d,.]*\d/g)].map(([figure]) => figure);
    expect(figures.length).toBeGreaterThan(6);
    expect(figures.filter((figure) => !measured.includes(figure))).toEqual([]);
  });

  it('are files that are there', () => {
    const paths = documents.flatMap((path) =>
      [...textOf(path).matchAll(/(?<![\w./-])(?:src-main|src-renderer|test|assets)\/[\w./-]*\w/g)].map(
        ([name]) => name,
      ),
    );
    expect(paths.length).toBeGreaterThan(40);
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

describe('what the manual says of the program', () => {
  it('has the series of /metrics, and no other', async () => {
    const metrics = new TurnMetrics('0', () => ({ runningTurns: 0, upstreamSockets: 0, accounts: [] }));
    const there = [...(await metrics.text()).matchAll(/^# TYPE (slipstream_\w+)/gm)].map(([, name]) => name);
    const told = spans.filter((code) => /^slipstream_\w+$/.test(code));
    expect(told.toSorted()).toEqual(there.toSorted());
  });

  it('has the built-in profiles, the port, and the clients that are set up', () => {
    const ids = builtInProfiles.map(({ id }) => id).toReversed();
    const told = [...manual.matchAll(/rofiles of Codex ([\d., ]+ and [\d.]+\d)/g)].map(([, names]) => names);
    const isIn = `${ids.slice(0, -1).join(', ')} and ${ids.at(-1)}`;
    expect(told).toEqual([isIn, isIn]);
    const ports = [...manual.matchAll(/127\.0\.0\.1:(\d+)/g)].map(([, port]) => Number(port));
    expect(new Set(ports)).toEqual(new Set([defaultPort]));
    const names = knownClients.filter(({ id }) => id !== 'generic').map(({ name }) => name);
    expect(names.filter((name) => !readme.includes(name))).toEqual([]);
  });

  it.each([
    ['settings.proxy', 'Upstream proxy'],
    ['ways.signIn', 'Through a proxy of its own'],
    ['ways.test', 'Test'],
    ['ways.certificates', 'File of certificates'],
    ['metrics.collector', 'Collector for traces'],
    ['codex.useIt', 'Use it'],
  ] as const)('names %s as screens do', (id, name) => {
    expect(english.t(id)).toBe(name);
    expect(manual).toMatch(new RegExp(`"${name}"|\\*\\*${name}\\*\\*`));
  });

  it('has the limits of what is kept that a new user gets', () => {
    const { traceDays, traceTurns, traceMegabytes, traceBodies } = Settings.parse({
      version: 1,
      fastPolicy: 'auto',
      apiKey: 'k'.repeat(40),
      installationId: crypto.randomUUID(),
    });
    const kept = `kept ${traceDays} days, ${traceTurns.toLocaleString('en')} turns or ${traceMegabytes} MB`;
    expect([traceBodies, readme.includes(kept)]).toEqual([false, true]);
  });

  it('has variables that the program reads or writes', () => {
    const sources = globSync('src-main/**/*.ts', { cwd: root }).map(textOf).join('\n');
    const named = spans.flatMap((code) => /^[A-Z][A-Z\d]*(?:_[A-Z\d]+)+/.exec(code)?.[0] ?? []);
    expect(named.length).toBeGreaterThan(2);
    expect(named.filter((name) => !sources.includes(name))).toEqual([]);
  });
});
