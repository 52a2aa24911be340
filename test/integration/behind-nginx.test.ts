import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { ask, codexBody, codexHeaders, post, textOf, WsTurns } from '../support/turn-client.ts';

/** Of the system, or named; the configuration is tried where there is one. */
const nginx = process.env.NGINX_PATH ?? (spawnSync('nginx', ['-v']).error === undefined ? 'nginx' : null);

describe.skipIf(nginx === null)(
  `the configuration for nginx${nginx === null ? ' (skipped: no nginx here)' : ''}`,
  () => {
    let rigs: readonly Rig[];
    let server: ChildProcess;
    let front: { readonly baseUrl: string; readonly apiKey: string };

    beforeAll(async () => {
      rigs = await Promise.all([startRig(), startRig()]);
      const [one, two] = rigs;
      if (one === undefined || two === undefined) throw new Error('no rigs');
      const port = await freePort();
      const shipped = readFileSync(join(import.meta.dirname, '../../assets/server/nginx.conf'), 'utf8');
      const text = shipped
        .replace('127.0.0.1:2575', new URL(one.baseUrl).host)
        .replace('127.0.0.1:2576', new URL(two.baseUrl).host)
        .replace('127.0.0.1:8575', `127.0.0.1:${port}`);
      const dir = join(one.host.dataDir, 'nginx');
      mkdirSync(dir);
      const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
        (kind) => `${kind}_temp_path ${dir}/${kind};`,
      );
      const around = `daemon off; pid ${dir}/pid; error_log ${dir}/error.log; events {} http { access_log off; ${temporary.join(' ')}`;
      writeFileSync(join(dir, 'nginx.conf'), `${around}\n${text}\n}`);
      server = spawn(nginx ?? '', ['-p', dir, '-e', `${dir}/error.log`, '-c', join(dir, 'nginx.conf')], {
        stdio: 'ignore',
      });
      front = { baseUrl: `http://127.0.0.1:${port}`, apiKey: one.apiKey };
    });

    afterAll(async () => {
      server.kill();
      await once(server, 'exit');
      await Promise.all(rigs.map((rig) => rig.stop()));
    });

    const counts = () => rigs.map((rig) => rig.app.snapshot().requests.length);

    it('sends a conversation to the same Slipstream each time, over HTTP and websocket, and others to the other', async () => {
      await expect
        .poll(() =>
          fetch(`${front.baseUrl}/healthz`).then(
            (answer) => answer.status,
            () => 0,
          ),
        )
        .toBe(204);
      for (let session = 0; session < 8; session += 1) {
        const headers = { 'session-id': `0197f2a0-0000-7000-8000-00000000000${session}` };
        const before = counts();
        for (const word of ['one', 'two']) {
          expect(textOf((await post(front, ask(`Reply with exactly: ${word}`), headers)).events)).toBe(word);
        }
        const added = counts().map((count, index) => count - (before[index] ?? 0));
        expect(added.toSorted()).toEqual([0, 2]);
      }
      expect(counts().every((count) => count > 0)).toBe(true);
      const client = await WsTurns.open(front, codexHeaders('0197f2a0-0000-7000-8000-000000000001'));
      const before = counts();
      expect(textOf(await client.turn(codexBody('Count to 3')))).toBe('1 2 3');
      expect(textOf(await client.turn(codexBody('Count to 4')))).toBe('1 2 3 4');
      await client.close();
      expect(
        counts()
          .map((count, index) => count - (before[index] ?? 0))
          .toSorted(),
      ).toEqual([0, 2]);
    });
  },
);
