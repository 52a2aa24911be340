import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { installParts } from './install.ts';

// Entry of `npm run test:clients`: installs other people's clients outside the tree, drives each against Slipstream on the
// simulator, and prints what was run. `--npm` leaves out PyPI; `--minutes N` is all the time there is, installing included.
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
      readonly meta?: { readonly increment?: boolean };
    }[];
  }[];
}

const given = process.argv.slice(2);
const minutesAt = given.indexOf('--minutes');
const minutes = minutesAt === -1 ? 20 : Number(given[minutesAt + 1]);
const filters = given.filter(
  (arg, at) => arg !== '--npm' && at !== minutesAt && (minutesAt === -1 || at !== minutesAt + 1),
);
const endsAtMs = Date.now() + minutes * 60_000;

// The tests themselves need a part of it.
const folders = installParts({ npmOnly: given.includes('--npm'), endsAtMs: endsAtMs - minutes * 24_000 });
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const scratch = mkdtempSync(join(tmpdir(), 'slipstream-clients-report-'));
const path = join(scratch, 'report.json');
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${path}`];
const args = [vitest, 'run', '--config', 'test/vitest.config.ts', '--project', 'clients', ...reporters, ...filters];
const run = spawnSync(process.execPath, args, {
  stdio: 'inherit',
  env: { ...process.env, CLIENT_FOLDERS: JSON.stringify(folders) },
  timeout: Math.max(30_000, endsAtMs - Date.now()),
});
const report = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Report) : null;
rmSync(scratch, { recursive: true });
if (report === null) {
  process.stdout.write(`The clients were not done after ${minutes} minutes.\n0 passed, 0 failed\n`);
  process.exitCode = run.status === null ? 0 : 1;
} else {
  process.stdout.write(`${tableOf(report)}\n${report.numPassedTests} passed, ${report.numFailedTests} failed\n`);
  process.exitCode = run.status ?? 1;
}

/** Clients by what was tried with them, as a table in Markdown, which reads as text too. */
function tableOf({ testResults }: Report): string {
  const marks: Readonly<Record<string, string>> = { passed: 'yes', failed: 'NO' };
  const features: Readonly<Record<string, string>> = {
    'ends a tool loop': 'tool loop',
    'stops upstream when it is stopped': 'abort',
    'shows why a turn failed': 'failure',
    'sends an image': 'image',
    'ends a task of three steps, each run after its own check': 'auto mode',
    'runs two turns at once on one websocket': 'lanes',
  };
  const results = testResults.flatMap(({ assertionResults }) => assertionResults);
  const rows = [...Map.groupBy(results, ({ ancestorTitles }) => ancestorTitles[0] ?? '')].map(([client, tried]) => {
    const markOf = (title: string) => marks[tried.find((one) => one.title === title)?.status ?? ''] ?? '–';
    const increment = tried.find(({ meta }) => meta?.increment !== undefined)?.meta?.increment;
    const second = increment === undefined ? '–' : increment ? 'what is new' : 'the whole';
    return [client, ...Object.keys(features).map(markOf), second];
  });
  const head = ['client', ...Object.values(features), 'second turn sends'];
  const table = [head, head.map(() => '---'), ...rows.toSorted(([one = ''], [other = '']) => one.localeCompare(other))];
  const widths = head.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return ['', 'What was run (– is not run):', '', ...table.map(line)].join('\n');
}
