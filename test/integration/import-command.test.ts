import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type Simulator, startSimulator } from '../../src-main/simulator/simulator.ts';
import { askCommand } from '../support/ask-command.ts';
import { Headless } from '../support/headless.ts';

let simulator: Simulator;
let headless: Headless;
let folder: string;
let place: readonly string[];
beforeAll(async () => {
  simulator = await startSimulator();
  vi.stubEnv('CODEX_HOME', '/nowhere');
  headless = new Headless();
  place = ['--upstream', simulator.upstreamUrl, '--issuer', simulator.issuerUrl];
  folder = join(headless.dir, '.cli-proxy-api');
  mkdirSync(folder);
  const { tokens } = JSON.parse(simulator.addAccount({ email: 'ada@example.test' }).authJson()) as {
    tokens: Record<string, string>;
  };
  const secret = 'not-to-be-shown';
  writeFileSync(join(folder, 'codex-ada.json'), JSON.stringify({ ...tokens, type: 'codex', prefix: secret }));
  writeFileSync(join(folder, 'claude-ada.json'), JSON.stringify({ type: 'claude', access_token: secret }));
  writeFileSync(join(folder, 'huge.json'), 'x'.repeat(1_048_577));
  symlinkSync('/etc/hostname', join(folder, 'link.json'));
  writeFileSync(join(folder, 'config.yaml'), `auth-dir: x\napi-keys: [${secret}]\nrouting: {strategy: round-robin}\n`);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  headless.dispose();
  await simulator.stop();
});
const ask = (...args: string[]) => askCommand(headless.dataDir, [...args, ...place]);

it('shows a folder of CLIProxyAPI before it takes it, and writes nothing there', async () => {
  const files = () =>
    ['codex-ada.json', 'claude-ada.json', 'config.yaml'].map((name) => readFileSync(join(folder, name), 'utf8'));
  const before = files();
  const shown = await ask('import', folder);
  expect(shown.code).toBe(1);
  expect(shown.stderr).toMatch(/^Nothing was taken.*\n?$/);
  expect(shown.stdout).toMatch(/Will be taken from CLIProxyAPI:[\s\S]*ada@example\.test[\s\S]*· new[\s\S]*round-robin/);
  expect(shown.stdout).toMatch(/Will not be taken:[\s\S]*prefix: has no equal[\s\S]*api-keys: Slipstream has/);
  expect(shown.stdout).toMatch(
    /claude-ada\.json: neither a Codex[\s\S]*huge\.json: too large[\s\S]*link\.json: no plain file/,
  );
  expect(`${shown.stdout}${shown.stderr}`).not.toContain('not-to-be-shown');
  expect(JSON.parse((await ask('accounts', '--json')).stdout)).toEqual([]);

  const taken = await ask('import', folder, '--yes');
  expect([taken.code, taken.stdout]).toEqual([
    0,
    expect.stringMatching(/Imported ada@example\.test[\s\S]*settings were taken/),
  ]);
  const settings = JSON.parse(readFileSync(join(headless.dataDir, 'settings.json'), 'utf8')) as { strategy: string };
  expect(settings.strategy).toBe('round-robin');
  expect(files()).toEqual(before);

  const again = await ask('import', folder, '--dry-run');
  expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('already here')]);
});

it('tells of a folder that holds a foreign file alone as of the others, and of the file itself what is wrong with it', async () => {
  const lone = join(headless.dir, 'lone');
  mkdirSync(lone);
  writeFileSync(join(lone, 'notes.json'), '{"a":1}');
  const shown = await ask('import', lone, '--dry-run');
  expect([shown.code, shown.stderr]).toEqual([0, '']);
  expect(shown.stdout).toMatch(/Nothing of it can be taken\.\nWill not be taken:\n {2}– notes\.json: neither a Codex/);
  const file = await ask('import', join(lone, 'notes.json'));
  expect([file.code, file.stdout]).toEqual([1, '']);
  expect(file.stderr).toMatch(/holds no tokens/);
});

it.each(['utf8', 'utf16le'] as const)('takes a file that an editor wrote with a mark, in %s', async (encoding) => {
  const path = join(headless.dir, `${encoding}.json`);
  const sent = simulator.addAccount({ email: `${encoding}@example.test` }).authJson();
  writeFileSync(path, Buffer.from(`\ufeff${sent}`, encoding));
  const taken = await ask('import', path);
  expect([taken.code, taken.stdout]).toEqual([0, expect.stringContaining(`Imported ${encoding}@example.test`)]);
});
