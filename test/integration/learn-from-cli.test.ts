import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { learnFromCli } from '../../src-main/core/learn/learn-from-cli.ts';
import { ProfileComparison } from '../../src-main/shared/learned-profile.ts';
import { english } from '../../src-main/shared/words/english.ts';
import { standInCodex } from '../support/codex-launcher.ts';
import { realClock } from '../support/host.ts';
import { answerEvents, type ScriptedUpstream, startScriptedUpstream } from '../support/scripted-upstream.ts';
import { type Rig, startRig } from '../support/slipstream.ts';

/** Learning from an installed command, with a stand-in for it. */

const disposals: (() => unknown)[] = [];
beforeEach(() => {
  process.env.SLIPSTREAM_TEST_SECRET = 'hidden';
  disposals.push(() => delete process.env.SLIPSTREAM_TEST_SECRET);
});
afterEach(async () => {
  for (const dispose of disposals.splice(0).reverse()) await dispose();
});

function standIn(plan: Partial<Parameters<typeof standInCodex>[0]>) {
  const codex = standInCodex({ version: '0.171.0', ...plan });
  disposals.push(codex.dispose);
  return codex;
}

const drifted = {
  headers: { 'x-codex-brand-new': 'always-this', 'new-without-prefix': 'v2' },
  fields: { answer_style: 'plain' },
};

async function start(): Promise<{
  readonly rig: Rig;
  readonly bodies: Record<string, unknown>[];
  upstream: ScriptedUpstream;
}> {
  const bodies: Record<string, unknown>[] = [];
  const upstream = await startScriptedUpstream({
    frame: (websocket, body) => {
      bodies.push(body);
      for (const event of answerEvents('resp_1')) websocket.send(JSON.stringify(event));
    },
    post: (response, body) => {
      bodies.push(body);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const event of answerEvents('resp_1')) response.write(`data: ${JSON.stringify(event)}\n\n`);
      response.end();
    },
  });
  const rig = await startRig({ upstreamUrl: upstream.url });
  disposals.push(
    () => upstream.stop(),
    () => rig.stop(),
  );
  return { rig, bodies, upstream };
}

it('reports exactly what a version adds, and sends it for other clients once it is used, on both transports', async () => {
  const { rig, bodies } = await start();
  const { handlers } = rig.app;
  const report = join(mkdtempSync(join(tmpdir(), 'report-')), 'report.json');
  disposals.push(() => rmSync(dirname(report), { recursive: true }));
  const steps = new Set<string | null>();
  rig.app.onDelta((delta) => void (delta.kind === 'profiles' && steps.add(delta.profiles.running?.step ?? null)));
  const learned = await handlers['profiles.learnFrom']({ path: standIn({ ...drifted, report }).path });
  expectScrubbed(JSON.parse(readFileSync(report, 'utf8')));
  expect(ProfileComparison.parse(learned)).toEqual(learned);
  expect(learned.differences.map(english.told)).toEqual([
    'new header new-without-prefix (websocket and HTTP): always the same value; sent for other clients once this profile is used',
    'new header x-codex-brand-new (websocket and HTTP): always the same value; sent for other clients once this profile is used',
    'new body member answer_style (websocket and HTTP): always the same value; sent for other clients once this profile is used',
  ]);
  expect([...steps].map((step) => english.told(step ?? ''))).toContain('HTTP, standard');
  const say = async () => {
    await (await rig.post('/v1/responses', { model: 'gpt-5.5', input: 'Hello' })).text();
    const { attempts, profile, parity, changes } = await rig.lastTrace();
    const headers = Object.fromEntries(attempts.at(-1)?.requestHeaders ?? []);
    return { headers, body: bodies.at(-1) ?? {}, profile, extra: parity?.headers.extra, changes };
  };
  const before = await say();
  expect([before.headers['x-codex-brand-new'], before.body.answer_style]).toEqual([undefined, undefined]);
  await handlers['settings.set']({ codexProfile: '0.171.0' });
  const [account] = await handlers['accounts.list'](null);
  for (const websockets of [true, false]) {
    await handlers['accounts.setWebsockets']({ id: account?.id ?? '', websockets });
    const after = await say();
    expect(after.headers).toMatchObject({ ...drifted.headers, version: '0.171.0' });
    expect(after.body).toMatchObject(drifted.fields);
    expect([after.profile, after.extra]).toEqual(['0.171.0 learned', []]);
    expect(after.changes).toContainEqual(expect.objectContaining({ path: 'body.answer_style', action: 'added' }));
  }
  expect((await handlers['profiles.compare']({ version: '0.171.0', source: 'cli' })).isUsed).toBe(true);
  expect(rig.app.snapshot().profiles).toMatchObject({
    used: { id: '0.171.0 learned' },
    learned: [{ version: '0.171.0', source: 'cli', differences: 3, isUsed: true }],
  });
  await handlers['settings.set']({ codexProfile: 'built-in' });
  expect((await say()).headers['new-without-prefix']).toBeUndefined();
  await keepsLearnedHeaders(rig);
});

/** Nothing of this machine's user is in a run, and nothing of the run is left. */
function expectScrubbed({ env, tokens }: { env: Record<string, string>; tokens: Record<string, string> }): void {
  expect(env).not.toHaveProperty('SLIPSTREAM_TEST_SECRET');
  for (const name of ['HTTP_PROXY', 'https_proxy', 'ALL_PROXY'])
    expect(env[name]).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  for (const name of ['HOME', 'CODEX_HOME', 'TMPDIR', 'USERPROFILE']) {
    expect(env[name]).toContain('slipstream-codex-');
    expect(existsSync(env[name] ?? '')).toBe(false);
  }
  expect(tokens.account_id).toBe('00000000-0000-4000-8000-000000000000');
}

/** A Codex client of that version keeps the headers that the installed one was seen to send. */
async function keepsLearnedHeaders(rig: Rig): Promise<void> {
  const agent = 'codex_exec/0.171.0 (Debian 12.0.0; x86_64) xterm';
  const headers = { originator: 'codex_exec', 'user-agent': agent, 'new-without-prefix': 'mine', 'x-other': 'stays' };
  await (await rig.post('/v1/responses', { model: 'gpt-5.5', input: [], stream: true }, headers)).text();
  const sent = Object.fromEntries((await rig.lastTrace()).attempts.at(-1)?.requestHeaders ?? []);
  expect([sent['new-without-prefix'], sent['x-other']]).toEqual(['mine', undefined]);
}

it.each<[string, Partial<Parameters<typeof standInCodex>[0]>, string, RegExp]>([
  [
    'fails',
    { fault: 'fails' },
    'codex_failed',
    /ended with code 3 \(websocket, standard\)\. It said: error: something is wrong/,
  ],
  ['hangs', { fault: 'hangs' }, 'codex_hangs', /did not finish within 0\.4 s \(websocket, standard\)/],
  ['sends no turn', { fault: 'silent' }, 'codex_failed', /sent no turn to the recorder/],
  [
    'is too old',
    { version: '0.99.0' },
    'codex_too_old',
    /Codex 0\.99\.0; the oldest that can be learned from is 0\.118\.0/,
  ],
])('says plainly that a command %s', async (_, plan, code, message) => {
  const turnTimeoutMs = plan.fault === 'hangs' ? 400 : 20_000;
  const work = learnFromCli({ codex: standIn(plan).path, clock: realClock, progress: () => {}, turnTimeoutMs });
  await expect(work).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
});

it('says that there is no command, and runs one at a time', async () => {
  const { rig } = await start();
  const { handlers } = rig.app;
  await expect(handlers['profiles.learnFrom']({ path: '/nowhere/codex' })).rejects.toMatchObject({
    code: 'codex_missing',
  });
  const codex = standIn({ fault: 'hangs' });
  const first = handlers['profiles.learnFrom']({ path: codex.path }) as Promise<unknown>;
  const ended = expect(first).rejects.toMatchObject({ code: 'codex_failed', message: 'Learning was stopped.' });
  await expect(handlers['profiles.learnFrom']({ path: codex.path })).rejects.toMatchObject({
    code: 'learning_running',
  });
  handlers['profiles.stop'](null);
  await ended;
  expect(rig.app.snapshot().profiles).toMatchObject({ running: null, learned: [] });
});
