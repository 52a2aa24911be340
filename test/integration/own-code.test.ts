/** A program whose files are replaced while it runs, by a build or an upgrade: what it loads later is its own, or it says so. */
import { cpSync, globSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askCommand } from '../support/ask-command.ts';
import { Headless, heapCap, rootDir } from '../support/headless.ts';

let place: Headless;
let program: string;
let headless: Headless;

beforeEach(async () => {
  place = new Headless();
  program = join(place.dir, 'out', 'main');
  cpSync(join(rootDir, 'out'), join(place.dir, 'out'), { recursive: true });
  cpSync(join(rootDir, 'package.json'), join(place.dir, 'package.json'));
  symlinkSync(join(rootDir, 'node_modules'), join(place.dir, 'node_modules'), 'junction');
  headless = new Headless({ program: process.execPath, args: [heapCap, join(program, 'headless.js')] });
  await headless.serve();
});
afterEach(() => {
  headless.dispose();
  place.dispose();
});

const writeOthers = (names: readonly string[]) => {
  for (const name of names) writeFileSync(join(program, name), 'export const other = 1;\n');
};
const names = () => globSync('*.js', { cwd: program }).map((path) => basename(path));
/** Has it read YAML, which it loads when it is first needed. */
function readYaml() {
  const file = join(headless.dir, 'config.yaml');
  writeFileSync(file, 'proxy-url: "http://127.0.0.1:9"\nauth-dir: "~/none"\n');
  return askCommand(headless.dataDir, ['import', '--dry-run', file]);
}
const read = { code: 0, stdout: expect.stringContaining('Proxy: http://127.0.0.1:9') };

/** Has the store's own thread started, which is there from its first turn on. */
const exported = () => askCommand(headless.dataDir, ['export', 'har', '-']);

describe.skipIf(process.platform === 'win32')('a part that is loaded later', () => {
  it('is there though the files of the program are gone', async () => {
    rmSync(join(place.dir, 'out'), { recursive: true });
    expect(await readYaml()).toMatchObject(read);
    expect(await exported()).toMatchObject({ code: 0, stderr: expect.stringContaining('Wrote 0 turns') });
  });

  it('is that of the version that runs where others are in their place', async () => {
    const before = names();
    rmSync(program, { recursive: true });
    mkdirSync(program);
    writeOthers(before);
    expect(await readYaml()).toMatchObject(read);
    expect(await exported()).toMatchObject({ code: 0, stderr: expect.stringContaining('Wrote 0 turns') });
  });
});

it('where a file of the program was written over, it says that it has to be restarted', async () => {
  writeOthers(names());
  expect(await readYaml()).toMatchObject({ code: 1, stderr: expect.stringContaining('Restart it') });
});
