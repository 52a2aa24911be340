import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readArguments, usageText } from '../support/arguments.ts';

const root = join(import.meta.dirname, '../..');
const program = join(root, 'test/perf/redaction.ts');
const config = { options: { rounds: { type: 'string', default: '15' }, quick: { type: 'boolean' } } } as const;

function started(...args: string[]) {
  const said = { stdout: '', stderr: '' };
  const write = (to: keyof typeof said) => ({
    write: (text: string) => {
      said[to] += text;
    },
  });
  const exit = (code: number): never => {
    throw new Error(`exit ${code}: ${said.stdout}${said.stderr}`);
  };
  return { argv: ['/node', program, ...args], exit, stdout: write('stdout'), stderr: write('stderr') };
}
const read = (...args: string[]) => readArguments(config, started(...args));

describe('a program of the tests', () => {
  it('has what it was started with', () => {
    expect(read('--rounds', '3', '--quick').values).toEqual({ rounds: '3', quick: true });
    expect(read().values).toEqual({ rounds: '15' });
  });

  it.each([['--help'], ['-h'], ['--rounds', '3', '--help']])('tells what it takes where it is asked: %s', (...args) => {
    expect(() => read(...args)).toThrow(
      /^exit 0: What the redactor costs[\s\S]*\n {2}--rounds VALUE \(else 15\)\n {2}--quick\n$/,
    );
  });

  it.each([
    [['--nonsense'], '--nonsense'],
    [['3'], "'3'"],
    [['--rounds'], '--rounds'],
  ])('ends with one line and 2 on what it does not know: %s', (args, named) => {
    expect(() => read(...args)).toThrow(/^exit 2: redaction\.ts: [^\n]*\. --help tells what it takes\.\n$/);
    expect(() => read(...args)).toThrow(named);
  });

  it('reads its arguments in no other way', () => {
    const paths = globSync('test/{perf,soak,mutate}/**/*.ts', { cwd: root });
    const texts = paths.map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
    expect(texts.filter(({ text }) => /\bparseArgs\b/.test(text)).map(({ path }) => path)).toEqual([]);
    const readers = texts.filter(({ text }) => text.includes('readArguments('));
    expect(readers.length).toBeGreaterThan(15);
    for (const { path, text } of readers) expect(usageText(text, {}), path).toMatch(/^.{30,}/);
  });

  it('says nothing of its insides', () => {
    const run = (arg: string) => {
      return spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', program, arg], { encoding: 'utf8' });
    };
    expect(run('--help')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('redaction.ts [--rounds N]'),
      stderr: '',
    });
    expect(run('--nonsense')).toMatchObject({ status: 2, stdout: '', stderr: expect.stringMatching(/^[^\n]+\n$/) });
  });
});
