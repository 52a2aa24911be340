import { once } from 'node:events';
import { closeSync, openSync, writeSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import writeFileAtomic from 'write-file-atomic';
import type { SendToIssuer } from '../../src-main/core/accounts/issuer-api.ts';
import { LinkedAccounts } from '../../src-main/core/accounts/linked-accounts.ts';
import { Refresher } from '../../src-main/core/accounts/refresh.ts';
import { AccountStore } from '../../src-main/core/accounts/store.ts';
import { plainSecrets } from '../../src-main/node/secrets.ts';
import { recordingLog, troublesIn } from './host.ts';
import { hurryingClock } from './hurrying-clock.ts';

interface CrashingRefresh {
  readonly dataDir: string;
  readonly upstream: string;
  readonly issuer: string;
  /** Where the process dies as by `kill -9`; `none` lets it live. */
  readonly step: string;
}

/** Writes half of a text, as a crash in the middle of a write leaves it. */
function writePart(path: string, text: string, share: number): void {
  const file = openSync(path, 'w', 0o600);
  writeSync(file, text.slice(0, Math.floor(text.length * share)));
  closeSync(file);
}

/** Refreshes the one account of a data folder, and may die at a step of it. How it ended if it lives: `ok` or the code of its error. */
export async function crashingRefresh({ dataDir, upstream, issuer, step }: CrashingRefresh): Promise<string> {
  function dieAt(point: string): void {
    if (point !== step) return;
    process.kill(process.pid, 'SIGKILL');
    // The signal is on its way; nothing more is done here.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }

  const send: SendToIssuer = async ({ path, body, signal }) => {
    dieAt('before the request');
    // Without fetch, which takes a new process as long to load as all the rest.
    const headers = { 'content-type': 'application/json' };
    const abort = signal === undefined ? {} : { signal };
    const asked = request(`${issuer}${path}`, { method: 'POST', headers, agent: false, ...abort });
    asked.end(JSON.stringify(body));
    const [response]: IncomingMessage[] = await once(asked, 'response');
    if (response === undefined) throw new Error('there is no answer');
    const answer = { kind: 'answered', status: response.statusCode ?? 0, body: await buffer(response) } as const;
    dieAt('with the answer in hand');
    return answer;
  };

  let isFirstWrite = true;
  const writeAccount = async (path: string, text: string) => {
    const label = isFirstWrite ? 'the account file' : 'the mark that the file took it';
    isFirstWrite = false;
    dieAt(`before ${label}`);
    if (step === `half of ${label}`) writePart(`${path}.1234567`, text, 0.5);
    dieAt(`half of ${label}`);
    if (step === `${label} not renamed`) writePart(`${path}.1234567`, text, 1);
    dieAt(`${label} not renamed`);
    await writeFileAtomic(path, text, { mode: 0o600 });
    dieAt(`after ${label}`);
  };

  const writeLink = async (path: string, text: string) => {
    dieAt('before the linked file');
    if (step === 'half of the linked file') writePart(`${path}.slipstream`, text, 0.5);
    dieAt('half of the linked file');
    await writeFileAtomic(path, text);
    dieAt('after the linked file');
  };

  const log = recordingLog();
  const clock = hurryingClock();
  const origin = { upstream, issuer };
  const store = new AccountStore({
    dataDir,
    troubles: troublesIn(dataDir),
    secrets: plainSecrets,
    clock,
    log,
    writeFile: writeAccount,
  });
  await store.load();
  // The clock's timers do not keep a program alive.
  const alive = setInterval(() => {}, 1_000);
  const linked = new LinkedAccounts({
    store,
    clock,
    log,
    origin,
    noteState: () => {},
    ...(step.endsWith('the linked file') ? { writeFile: writeLink } : {}),
  });
  const refresher = new Refresher({
    store,
    clock,
    log,
    linked,
    send,
    nowMs: () => Date.now(),
    hide: () => {},
    signedOut: () => {},
  });
  const [account] = store.list();
  if (account === undefined) throw new Error('the account is lost');
  const outcome = await refresher.ready(account).then(
    () => 'ok',
    (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : String(error)),
  );
  linked.stop();
  clearInterval(alive);
  return outcome;
}
