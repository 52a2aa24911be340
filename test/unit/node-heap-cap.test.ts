import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { keepHeapSmall, keepMemorySmall, withHeapCap } from '../../src-main/node/heap-cap.ts';

describe('a process that starts without a cap on what it takes', () => {
  const usual = { argv: ['/n', '/x.js', 'serve', '--port', '0'], env: {}, execArgv: ['--inspect'], execPath: '/n' };

  function begunAgain(more: object): readonly (string | readonly string[])[] {
    const calls: (string | readonly string[])[] = [];
    const execve = (file: string, args?: readonly string[], env?: NodeJS.ProcessEnv) => {
      expect(env?.MALLOC_ARENA_MAX).toBe('2');
      calls.push(file, args ?? []);
    };
    withHeapCap({ ...usual, platform: 'linux', execve, ...more } as Parameters<typeof withHeapCap>[0]);
    return calls;
  }

  it('begins again with one, its arguments kept', () => {
    const args = ['--max-semi-space-size=8', '--disable-warning=ExperimentalWarning', '--inspect'];
    expect(begunAgain({})).toEqual(['/n', ['/n', ...args, '/x.js', 'serve', '--port', '0']]);
  });

  it('begins again where only freed memory has none, with the cap that it has', () => {
    const execArgv = ['--max-semi-space-size=16'];
    expect(begunAgain({ execArgv })).toEqual(['/n', ['/n', ...execArgv, '/x.js', 'serve', '--port', '0']]);
  });

  const env = { MALLOC_ARENA_MAX: '4' };
  it.each([
    ['it has both', { execArgv: ['--max-semi-space-size=16'], env }],
    ['its surroundings set both', { env: { ...env, NODE_OPTIONS: '--max-semi-space-size=4' } }],
    ['the C library is another one', { platform: 'darwin', execArgv: ['--max-semi-space-size=8'] }],
    ['the system cannot', { platform: 'win32' }],
    ['this Node cannot', { execve: undefined }],
  ])('goes on where %s', (_what, more) => {
    expect(begunAgain(more)).toEqual([]);
  });
});

it('threads that start later have little for short-lived objects, whatever they are made with', async () => {
  keepMemorySmall();
  const worker = new Worker('require("node:worker_threads").parentPort.on("message", () => {})', {
    eval: true,
    resourceLimits: { maxYoungGenerationSizeMb: 48 },
  });
  await once(worker, 'online');
  const { heap_size_limit: limit } = await worker.getHeapStatistics();
  await worker.terminate();
  setFlagsFromString('--max-semi-space-size=16');
  const other = new Worker('require("node:worker_threads").parentPort.on("message", () => {})', { eval: true });
  await once(other, 'online');
  const { heap_size_limit: more } = await other.getHeapStatistics();
  await other.terminate();
  setFlagsFromString('--max-semi-space-size=0');
  // Three of each: two halves, and what new objects are moved to.
  expect(more - limit).toBe(3 * 14 * 2 ** 20);
});

it('what V8 is told is known to it: of an option it does not know it only writes a line', () => {
  const told = [keepMemorySmall, keepHeapSmall].flatMap((keep) => keep.toString().match(/--[\w-]+/g) ?? []);
  expect(told).toEqual(['--no-maglev-destroy-on-background', '--heap-growing-percent']);
  const known = spawnSync(process.execPath, ['--v8-options'], { encoding: 'utf8' }).stdout;
  expect(told.filter((option) => !known.includes(option.replace('--no-', '--')))).toEqual([]);
});
