import { homedir, hostname, tmpdir, userInfo } from 'node:os';
import { SlipstreamError } from '../../shared/errors.ts';
import type { LearnedProfile } from '../../shared/learned-profile.ts';
import type { Transport } from '../../shared/model.ts';
import { said, saidInEnglish } from '../../shared/words/said.ts';
import { tell } from '../../shared/words/told.ts';
import type { Told } from '../../shared/words/told-text.ts';
import { isNewer } from '../normalise/codex-version.ts';
import { oldestProfile } from '../normalise/profiles/choose.ts';
import type { Clock } from '../ports.ts';
import { type CodexRun, runCodex } from './codex-run.ts';
import { deriveProfile } from './derive.ts';
import { type RecordedExchange, startRecorder } from './recorder.ts';
import { type Sample, sampleOf, threeNumbers } from './samples.ts';

export interface LearnOptions {
  readonly codex: string;
  readonly clock: Clock;
  /** What is being done, in words for people. */
  readonly progress: (step: Told) => void;
  readonly signal?: AbortSignal;
  /** A launcher on a cold disk has taken ten seconds to say its version. */
  readonly versionTimeoutMs?: number;
  readonly turnTimeoutMs?: number;
}

const usualVersionTimeoutMs = 30_000;
const usualTurnTimeoutMs = 45_000;

const runs = [
  { transport: 'ws', isFast: false, step: tell('failures.codex.step.ws') },
  { transport: 'ws', isFast: true, step: tell('failures.codex.step.ws-fast') },
  { transport: 'http', isFast: false, step: tell('failures.codex.step.http') },
  { transport: 'http', isFast: true, step: tell('failures.codex.step.http-fast') },
] as const satisfies readonly { transport: Transport; isFast: boolean; step: Told }[];

/** A sign-in that nobody made: the client checks no signature, and its requests go to the recorder alone. */
function madeUpSignIn(nowMs: number): string {
  const account = '00000000-0000-4000-8000-000000000000';
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = {
    iss: 'https://auth.openai.com',
    iat: Math.floor(nowMs / 1000),
    exp: Math.floor(nowMs / 1000) + 24 * 60 * 60,
    email: 'nobody@slipstream.invalid',
    'https://api.openai.com/auth': {
      chatgpt_account_id: account,
      chatgpt_user_id: 'user-nobody',
      chatgpt_plan_type: 'plus',
    },
  };
  const token = `${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.${part('unsigned')}`;
  return JSON.stringify({
    auth_mode: 'chatgpt',
    OPENAI_API_KEY: null,
    tokens: { id_token: token, access_token: token, refresh_token: 'none', account_id: account },
    last_refresh: new Date(nowMs).toISOString(),
  });
}

/** The last lines that the client wrote, for a message. */
function lastWords({ stdout, stderr }: CodexRun): string {
  const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '');
  const last = lines
    .slice(-2)
    .join(' ')
    .replaceAll(/[^\x20-\x7e]/g, ' ')
    .slice(-300)
    .trim();
  return last;
}

/** What went wrong, with the last words of the program where it said some. */
function withWords(what: Told, run: CodexRun): ReturnType<typeof saidInEnglish> {
  const words = lastWords(run);
  return saidInEnglish(words === '' ? what : tell('failures.codex.said', { what, words }));
}

function failed(options: LearnOptions, what: Told, run: CodexRun, limitMs: number): SlipstreamError {
  const { codex } = options;
  switch (run.end) {
    case 'unstartable':
      return new SlipstreamError('codex_failed', withWords(tell('failures.codex.unstartable', { codex }), run));
    case 'aborted':
      return new SlipstreamError('codex_failed', said('failures.codex.stopped'));
    case 'timeout':
      return new SlipstreamError(
        'codex_hangs',
        withWords(tell('failures.codex.hangs', { codex, limit: String(limitMs / 1000), step: what }), run),
      );
    case 'exited':
      return new SlipstreamError(
        'codex_failed',
        withWords(tell('failures.codex.ended', { codex, code: String(run.code), step: what }), run),
      );
  }
}

/** What `--version` says; null where it says none. Throws where the program cannot be run at all. */
async function askVersion(options: LearnOptions): Promise<string | null> {
  const timeoutMs = options.versionTimeoutMs ?? usualVersionTimeoutMs;
  const run = await runCodex({ ...runParts(options), args: ['--version'], files: {}, deadProxyUrl: null, timeoutMs });
  if (run.end !== 'exited') throw failed(options, tell('failures.codex.step.version'), run, timeoutMs);
  return run.stdout.match(/\b(\d{1,3}\.\d{1,4}\.\d{1,4})\b/)?.[1] ?? null;
}

const runParts = ({ codex, clock, signal }: LearnOptions) => ({
  codex,
  clock,
  ...(signal === undefined ? {} : { signal }),
});

function refuseOld(version: string): void {
  if (!isNewer(oldestProfile.version, version)) return;
  throw new SlipstreamError('codex_too_old', said('failures.codex.old', { version, oldest: oldestProfile.version }));
}

async function recordTurn(options: LearnOptions, transport: Transport, isFast: boolean, step: Told) {
  const { clock } = options;
  const timeoutMs = options.turnTimeoutMs ?? usualTurnTimeoutMs;
  const recorder = await startRecorder(transport);
  try {
    const config = [`openai_base_url = "${recorder.baseUrl}"`, ...(isFast ? ['service_tier = "fast"'] : []), ''];
    const run = await runCodex({
      ...runParts(options),
      args: ['exec', '--skip-git-repo-check', '--sandbox', 'read-only', 'Reply with exactly: OK'],
      files: { 'config.toml': config.join('\n'), 'auth.json': madeUpSignIn(clock.epochMs()) },
      deadProxyUrl: recorder.deadProxyUrl,
      timeoutMs,
    });
    const turns = recorder.exchanges.filter(({ bodies }) => bodies.length > 0);
    if (run.end !== 'exited' || turns.length === 0) {
      if (run.end === 'exited' && run.code === 0)
        throw new SlipstreamError(
          'codex_failed',
          withWords(tell('failures.codex.silent', { codex: options.codex, step }), run),
        );
      throw failed(options, step, run, timeoutMs);
    }
    return turns;
  } finally {
    await recorder.stop();
  }
}

const samplesOf = (exchanges: readonly RecordedExchange[]): Sample[] =>
  exchanges.flatMap(({ transport, headers, bodies }) => bodies.map((body) => sampleOf(transport, headers, body)));

/**
 * Runs the installed client four times against a recorder of ours, without account or network, and derives its profile.
 * Throws `codex_failed`, `codex_hangs`, `codex_too_old`.
 */
export async function learnFromCli(options: LearnOptions): Promise<LearnedProfile> {
  const { clock, progress } = options;
  progress(tell('failures.codex.step.asking'));
  const told = await askVersion(options);
  if (told !== null) refuseOld(told);
  const samples: Sample[] = [];
  for (const { transport, isFast, step } of runs) {
    progress(step);
    samples.push(...samplesOf(await recordTurn(options, transport, isFast, step)));
  }
  const version = samples.map(({ facts }) => threeNumbers(facts.version)).find((each) => each !== null) ?? told;
  if (version === null)
    throw new SlipstreamError('codex_failed', said('failures.codex.versionless', { codex: options.codex }));
  refuseOld(version);
  return deriveProfile({
    version,
    learnedAt: Math.round(clock.epochMs()),
    samples,
    privateTexts: [hostname(), ...userNames(), homedir(), tmpdir()],
  });
}

/** In a container the user may have a number alone. */
function userNames(): readonly string[] {
  try {
    return [userInfo().username];
  } catch {
    return [];
  }
}
