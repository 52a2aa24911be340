import { expect, it } from 'vitest';
import { ensureHome } from '../../src-main/node/ensure-home.ts';

it('a user whom nobody knows gets a home folder where HOME names none, and else keeps what is known', () => {
  const nameless: NodeJS.ProcessEnv = {};
  ensureHome(nameless, () => {
    throw new Error('uv_os_homedir returned ENOENT');
  });
  expect(nameless).toEqual({ HOME: '/' });
  const named = { HOME: '/home/ann' };
  ensureHome(named, () => named.HOME);
  expect(named).toEqual({ HOME: '/home/ann' });
});

it.each(['', 'work', './work'])('a home folder that depends on where the program was started is none: %j', (home) => {
  const env: NodeJS.ProcessEnv = { HOME: home, USER: 'ann' };
  const known = () => env.HOME ?? '/home/ann';
  ensureHome(env, known);
  expect(known()).toBe('/home/ann');
});
