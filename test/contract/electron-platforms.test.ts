import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limitedUses } from './electron-platforms.ts';

const rootDir = resolve(import.meta.dirname, '..', '..');

/** What a line would be missing, and on which systems; where it is of no system in particular, nothing. */
const lines: readonly (readonly [code: string, lacking: string])[] = [
  ['app.setAppUserModelId(id)', 'linux,darwin'],
  ["if (process.platform === 'win32') app.setAppUserModelId(id)", ''],
  ["if (process.platform !== 'win32') app.setAppUserModelId(id)", 'linux,darwin'],
  ["if (process.platform === 'win32' && id !== '') app.setAppUserModelId(id)", ''],
  ["if (process.platform === 'win32' || id !== '') app.setAppUserModelId(id)", 'linux,darwin'],
  ["process.platform === 'win32' ? app.setAppUserModelId(id) : null", ''],
  ["process.platform === 'win32' ? null : app.setAppUserModelId(id)", 'linux,darwin'],
  ["process.platform === 'win32' && app.setAppUserModelId(id)", ''],
  ["switch (process.platform) { case 'win32': app.setAppUserModelId(id); break; default: }", ''],
  ["switch (process.platform) { case 'linux': app.setAppUserModelId(id); break; default: }", 'linux'],
  ["if (process.platform !== 'win32') return; app.setAppUserModelId(id)", ''],
  ["((platform: 'win32' | 'darwin') => app.setAppUserModelId(platform))('win32')", 'darwin'],
  ['app.dock?.hide()', ''],
  ['const { shouldUseDarkColorsForSystemIntegratedUI: dark } = nativeTheme; void dark', 'linux'],
  ['void nativeTheme.shouldUseDarkColors', ''],
  ["app.on('activate', () => {})", ''],
];

describe('what not every system has of Electron', () => {
  let dir: string;
  let found: readonly string[];
  let uses: ReturnType<typeof limitedUses>;
  beforeAll(() => {
    // Beside the packages, so that the types of electron are found.
    const cacheDir = join(rootDir, 'node_modules', '.cache');
    mkdirSync(cacheDir, { recursive: true });
    dir = mkdtempSync(join(cacheDir, 'platforms-'));
    const paths = lines.map(([code], index) => {
      const path = join(dir, `line-${index}.ts`);
      const body = `export function run(id: string): unknown { ${code}; return id; }`;
      writeFileSync(path, `import { app, nativeTheme } from 'electron';\nvoid app; void nativeTheme;\n${body}\n`);
      return relative(rootDir, path);
    });
    const compilerOptions = {
      module: 'esnext',
      moduleResolution: 'bundler',
      strict: true,
      noEmit: true,
      types: ['node'],
    };
    writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['.'] }));
    const small = limitedUses(paths, relative(rootDir, join(dir, 'tsconfig.json')));
    found = paths.map((path) => small.flatMap(({ file, lackingOn }) => (file === path ? lackingOn : [])).join(','));
    uses = limitedUses(globSync('src-main/electron/*.ts', { cwd: rootDir }), 'src-main/tsconfig.json');
  }, 120_000);
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('is found where a system that lacks it can get to it, and nowhere else', () => {
    expect(lines.map(([code], index) => [code, found[index]])).toEqual(lines);
  });

  it('is reached by the desktop face only on systems that have it', () => {
    expect(uses.map(({ name }) => name)).toContain('shouldUseDarkColorsForSystemIntegratedUI');
    const wrong = uses.filter(({ lackingOn }) => lackingOn.length > 0);
    expect(wrong.map(({ file, name, lackingOn }) => `${file}: ${name} is missing on ${lackingOn}`)).toEqual([]);
  });
});
