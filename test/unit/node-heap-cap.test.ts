import { describe, expect, it } from 'vitest';
import { withHeapCap } from '../../src-main/node/heap-cap.ts';

describe('a process that starts without a cap on short-lived objects', () => {
  const usual = { argv: ['/n', '/x.js', 'serve', '--port', '0'], env: {}, execArgv: ['--inspect'], execPath: '/n' };

  function begunAgain(more: object): readonly (string | readonly string[])[] {
    const calls: (string | readonly string[])[] = [];
    const execve = (file: string, args?: readonly string[]) => {
      calls.push(file, args ?? []);
    };
    withHeapCap({ ...usual, platform: 'linux', execve, ...more } as Parameters<typeof withHeapCap>[0]);
    return calls;
  }

  it('begins again with one, its arguments kept', () => {
    const args = ['--max-semi-space-size=8', '--disable-warning=ExperimentalWarning', '--inspect'];
    expect(begunAgain({})).toEqual(['/n', ['/n', ...args, '/x.js', 'serve', '--port', '0']]);
  });

  it.each([
    ['it has one', { execArgv: ['--max-semi-space-size=16'] }],
    ['its surroundings set one', { env: { NODE_OPTIONS: '--max-semi-space-size=4' } }],
    ['the system cannot', { platform: 'win32' }],
    ['this Node cannot', { execve: undefined }],
  ])('goes on where %s', (_what, more) => {
    expect(begunAgain(more)).toEqual([]);
  });
});
