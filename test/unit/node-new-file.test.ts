import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { beginFile } from '../../src-main/node/commands/new-file.ts';

let dir: string;
let file: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'slipstream-new-file-'));
  file = join(dir, 'turns.har');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('a new file', () => {
  it('has its name once it is whole', () => {
    const begun = beginFile(file);
    expect(readdirSync(dir)).not.toContain('turns.har');
    begun.finish('{}');
    begun.drop();
    expect([readdirSync(dir), readFileSync(file, 'utf8')]).toEqual([['turns.har'], '{}']);
  });

  it('takes the place of nothing, not of what came while it was written either', () => {
    const begun = beginFile(file);
    writeFileSync(file, 'of another');
    const next = join(dir, 'turns-2.har');
    writeFileSync(next, 'of a third');
    const free = join(dir, 'turns-3.har');
    expect(begun.finish('{}')).toBe(free);
    begun.drop();
    const texts = [file, next, free].map((each) => readFileSync(each, 'utf8'));
    expect(texts).toEqual(['of another', 'of a third', '{}']);
    expect(readdirSync(dir)).toHaveLength(3);
    expect(() => beginFile(file)).toThrow(`${file} is there already.`);
  });

  it('that is not finished leaves nothing', () => {
    beginFile(file).drop();
    expect(readdirSync(dir)).toEqual([]);
  });

  it.each([
    ['in a folder that is not there', join('none', 'turns.har')],
    ['named as a folder', `none/`],
  ])('%s is refused before anything is written', (_what, name) => {
    expect(() => beginFile(`${dir}/${name}`)).toThrow('cannot be written: ');
  });
});
