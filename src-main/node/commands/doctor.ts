import { existsSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { getProxyForUrl } from 'proxy-from-env';
import { addressesToOpen, hostOf } from '../../core/server/addresses.ts';
import type { Bridge } from '../../shared/contract.ts';
import { SlipstreamError } from '../../shared/errors.ts';
import { hostLine } from '../../shared/way-words.ts';
import { english } from '../../shared/words/english.ts';
import { systemClock } from '../clock.ts';
import type { CommandContext } from '../context.ts';
import { dataDirProblem } from '../data-dir.ts';
import { recordOf } from '../demo-place.ts';
import { type DoctorFacts, diagnose, type Finding, type RunningFacts } from '../doctor.ts';
import { englishAccount } from '../english-account.ts';
import { type CommonOptions, defaultPort } from '../options.ts';
import { askAtTerminal } from './ask.ts';
import { call, withBridge } from './with-bridge.ts';

const probeTimeoutMs = 3_000;
const marks: Readonly<Record<Finding['level'], string>> = { good: '✓', warning: '!', bad: '✗' };

export interface DoctorOptions extends CommonOptions {
  readonly json?: true;
  /** Ask upstream without asking the user. */
  readonly yes?: true;
  /** Ask nobody but this machine. */
  readonly offline?: true;
}

/**
 * Looks at everything a turn depends on, and says what to mend. Upstream is asked one question for each account, which costs
 * no quota, where the user agrees. Exit code 1 where no turn can work now.
 */
export async function doctor(options: DoctorOptions, context: CommandContext): Promise<number> {
  const findings = diagnose(await gatherFacts(options, context), systemClock.epochMs());
  const isIll = findings.some(({ level }) => level === 'bad');
  if (options.json) {
    context.print(JSON.stringify({ healthy: !isIll, findings }, null, 2));
    return isIll ? 1 : 0;
  }
  for (const { level, subject, text, mend } of findings) {
    context.print(`${marks[level]} ${subject}: ${text}`);
    if (mend !== null) context.print(`    → ${mend}`);
  }
  return isIll ? 1 : 0;
}

async function gatherFacts(options: DoctorOptions, context: CommandContext): Promise<DoctorFacts> {
  // Looked at first, since looking at the rest makes the folder.
  const dataDir = lookAtDataDir(options.dataDir);
  const base = {
    dataDir,
    running: null,
    unasked: null,
    storeProblem: null,
    accounts: null,
    upstream: null,
    traces: null,
    problems: null,
    clients: null,
    news: null,
    loopbackIsProxied: getProxyForUrl(`http://127.0.0.1:${defaultPort}`) !== '',
  };
  const isRunning = recordOf(options.dataDir);
  const port = isRunning === null ? { number: defaultPort, takenAt: await takenAt(defaultPort) } : null;
  if (dataDir.state === 'unusable' && isRunning === null) return { ...base, port };
  if (dataDir.state === 'absent') return { ...base, port, accounts: [] };
  try {
    return await withBridge(options, context, async (bridge) => ({
      ...base,
      port,
      running: isRunning === null ? null : await askRunning(bridge),
      // Asked first: what it says changes what is known of the accounts.
      upstream: await askUpstream(options, bridge),
      accounts: (await call(bridge, 'accounts.list', null)).map(englishAccount),
      traces: await call(bridge, 'requests.storeState', null),
      // Asked last: the database of traces opens with the question before.
      problems: (await call(bridge, 'app.snapshot', null)).problems.map(({ about, text }) => ({
        about,
        text: english.told(text),
      })),
      news: (await call(bridge, 'profiles.get', null)).news,
      clients: isRunning === null ? null : await call(bridge, 'clients.list', null),
    }));
  } catch (thrown) {
    if (!(thrown instanceof SlipstreamError)) throw thrown;
    if (isRunning !== null) return { ...base, port, unasked: { pid: isRunning.pid, why: thrown.message } };
    return { ...base, port, storeProblem: thrown.message };
  }
}

/** One reading of the quota for each account that may serve: it takes the account's token, and no quota. */
async function askUpstream(options: DoctorOptions, bridge: Bridge): Promise<DoctorFacts['upstream']> {
  const accounts = (await call(bridge, 'accounts.list', null)).filter(({ enabled }) => enabled);
  if (options.offline || accounts.length === 0 || !(await mayAsk(options, accounts.length))) return null;
  return Promise.all(
    accounts.map(async ({ id, proxyUrl }) => {
      const result = await bridge.invoke('accounts.readUsage', { id });
      if (result.ok) return { id, problem: null, unreached: [] };
      const { hosts } = await call(bridge, 'ways.test', { accountId: id, proxyUrl });
      const unreached = hosts.filter(({ problem }) => problem !== null).map((host) => hostLine(host, english));
      return { id, problem: english.told(result.error.message), unreached };
    }),
  );
}

async function mayAsk({ yes, json }: DoctorOptions, accounts: number): Promise<boolean> {
  if (yes) return true;
  if (json || !process.stdin.isTTY || !process.stderr.isTTY) return false;
  const requests = accounts === 1 ? 'one request' : `one request for each of ${accounts} accounts`;
  return askAtTerminal(`Ask upstream too? It takes ${requests}, and no quota.`, 'yes');
}

async function askRunning(bridge: Bridge): Promise<RunningFacts> {
  const { app, pid } = await call(bridge, 'app.status', null);
  const { paused } = await call(bridge, 'settings.get', null);
  const { apiKey } = await call(bridge, 'app.apiKey', null);
  const models = await probe(`${app.baseUrl}/v1/models`, { authorization: `Bearer ${apiKey}` });
  return {
    app,
    pid,
    paused,
    healthStatus: (await probe(`${app.baseUrl}/healthz`, {}))?.status ?? null,
    modelsStatus: models?.status ?? null,
    modelCount: models?.count ?? 0,
  };
}

/** Asks the instance's own port as a client would; null where nothing answers in time. */
async function probe(url: string, headers: Record<string, string>) {
  try {
    const response = await fetch(url, { headers, redirect: 'error', signal: AbortSignal.timeout(probeTimeoutMs) });
    const body: unknown = response.status === 200 ? await response.json() : null;
    const list = typeof body === 'object' && body !== null && 'data' in body ? body.data : null;
    return { status: response.status, count: Array.isArray(list) ? list.length : 0 };
  } catch {
    return null;
  }
}

function lookAtDataDir(path: string): DoctorFacts['dataDir'] {
  const problem = dataDirProblem(path);
  if (problem !== null) return { path, state: 'unusable', problem };
  if (!existsSync(path)) return { path, state: 'absent', problem };
  const isOpen = process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0;
  return { path, state: isOpen ? 'open' : 'private', problem };
}

/** The addresses at which another program holds a port, as a client names them. */
async function takenAt(port: number): Promise<readonly string[]> {
  const found: string[] = [];
  for (const ip of addressesToOpen(null)) if (await isTaken(ip, port)) found.push(hostOf(ip, port));
  return found;
}

function isTaken(ip: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EADDRINUSE'));
    server.listen({ host: ip, port, ipv6Only: true }, () => server.close(() => resolve(false)));
  });
}
