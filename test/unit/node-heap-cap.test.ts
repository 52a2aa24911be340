import { describe, expect, it } from 'vitest';
import { withHeapCap } from '../../src-main/node/heap-cap.ts';

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
    const args = ['--max-semi-space-size=4', '--disable-warning=ExperimentalWarning', '--inspect'];
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
    ['the C library is another one', { platform: 'darwin', execArgv: ['--max-semi-space-size=4'] }],
    ['the system cannot', { platform: 'win32' }],
    ['this Node cannot', { execve: undefined }],
  ])('goes on where %s', (_what, more) => {
    expect(begunAgain(more)).toEqual([]);
  });
});
