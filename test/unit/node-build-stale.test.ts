import { mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hashSources, isStale, removeStamp, writeStamp } from '../../src-main/build/stale.ts';

describe('a build', () => {
  let root: string;
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'slipstream-stale-'));
    put('src-main/main.ts', 'one');
    put('src-renderer/features/list.tsx', 'two');
    put('package-lock.json', '{}');
    const built = [
      'main/main.js',
      'main/headless.js',
      'main/trace-worker.js',
      'preload/preload.cjs',
      'renderer/index.html',
    ];
    for (const file of built) {
      put(`out/${file}`, 'built');
    }
    writeStamp(root, hashSources(root));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('is fresh while the sources are those it was made from, whatever their times', () => {
    utimesSync(join(root, 'src-main/main.ts'), new Date(), new Date());
    expect(isStale(root)).toBe(false);
  });

  it.each([
    ['a source changes', () => put('src-main/main.ts', 'other')],
    ['a source in a deep folder changes', () => put('src-renderer/features/list.tsx', 'other')],
    ['a source is added', () => put('src-renderer/ui/new.tsx', '')],
    ['a source gets another name', () => renameSync(join(root, 'src-main/main.ts'), join(root, 'src-main/other.ts'))],
    ['a dependency changes', () => put('package-lock.json', '{"x":1}')],
    ['a built file is gone', () => rmSync(join(root, 'out/main/headless.js'))],
    ['a build was begun and not finished', () => removeStamp(root)],
  ])('is stale when %s', (_name, change) => {
    change();
    expect(isStale(root)).toBe(true);
  });

  it('does not see the file that electron-vite makes while it loads its configuration', () => {
    put('src-main/build/electron.vite.config.ts.1795449173761-ab12.mjs', 'transient');
    expect(isStale(root)).toBe(false);
  });
});
