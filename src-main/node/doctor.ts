import type { AccountView } from '../shared/account-model.ts';
import type { ClientView } from '../shared/client-model.ts';
import type { DriftNews } from '../shared/learned-profile.ts';
import type { AppInfo, Problem } from '../shared/model.ts';
import type { TraceStoreState } from '../shared/trace-query.ts';
import { shellWord } from './hints.ts';

/** What `slipstream doctor` looks at. Null members could not be looked at, or do not apply. */
export interface DoctorFacts {
  readonly dataDir: {
    readonly path: string;
    readonly state: 'absent' | 'private' | 'open' | 'unusable';
    /** Why it is unusable. */
    readonly problem: string | null;
  };
  /** The running instance, as its own port answers. */
  readonly running: RunningFacts | null;
  /** One that runs and could not be asked, with why: another version, or one that stands still. */
  readonly unasked: { readonly pid: number; readonly why: string } | null;
  /** Where none runs: the port it would take. */
  readonly port: { readonly number: number; readonly takenAt: readonly string[] } | null;
  /** Why the accounts and settings could not be read. */
  readonly storeProblem: string | null;
  readonly accounts: readonly AccountView[] | null;
  /** What upstream said to one request on each account's behalf; null where it was not asked. */
  readonly upstream: readonly UpstreamFacts[] | null;
  readonly traces: TraceStoreState | null;
  /** What is wrong with Slipstream's own files; null where it could not be looked at. */
  readonly problems: readonly Problem[] | null;
  readonly clients: readonly ClientView[] | null;
  /** What Codex clients that passed did beyond their profile. */
  readonly news: readonly DriftNews[] | null;
  /** Programs that follow the environment would send a request for this machine through a proxy. */
  readonly loopbackIsProxied: boolean;
}

/** Of one account; the problem is null where upstream answered. */
interface UpstreamFacts {
  readonly id: string;
  readonly problem: string | null;
  /** Hosts that its way out does not get to, each with the reason. */
  readonly unreached: readonly string[];
}

export interface RunningFacts {
  readonly app: AppInfo;
  readonly pid: number;
  readonly paused: boolean;
  /** HTTP status of `/healthz`; null where nothing answered. */
  readonly healthStatus: number | null;
  /** HTTP status of the model list, asked for with the API key. */
  readonly modelsStatus: number | null;
  readonly modelCount: number;
}

/** One thing looked at: fine, worth a look, or in the way of every turn. */
export interface Finding {
  readonly level: 'good' | 'warning' | 'bad';
  readonly subject: string;
  readonly text: string;
  /** What to do; null where nothing is to be done. */
  readonly mend: string | null;
}

/** What the facts say, in the order in which a turn would meet them. */
export function diagnose(facts: DoctorFacts, nowMs: number): Finding[] {
  return [
    dataDirFinding(facts),
    ...instanceFindings(facts),
    ...fileFindings(facts),
    ...accountFindings(facts, nowMs),
    ...traceFindings(facts),
    ...(facts.clients ?? []).flatMap(clientFinding),
    ...(facts.news ?? []).map(({ text }) => warning('Codex', `${text}.`, shapeMend)),
    ...(facts.loopbackIsProxied ? [proxied] : []),
  ];
}

const good = (subject: string, text: string): Finding => ({ level: 'good', subject, text, mend: null });
const warning = (subject: string, text: string, mend: string): Finding => ({ level: 'warning', subject, text, mend });
const bad = (subject: string, text: string, mend: string): Finding => ({ level: 'bad', subject, text, mend });

const proxied = warning(
  'Proxy settings',
  'HTTP_PROXY or ALL_PROXY is set here and NO_PROXY does not name 127.0.0.1: clients may look for Slipstream there.',
  'Add 127.0.0.1,localhost to NO_PROXY.',
);

const shapeMend = 'It is relayed as it is. "npx slipstream parity" learns it for clients that are not Codex.';

function dataDirFinding({ dataDir: { path, state, problem } }: DoctorFacts): Finding {
  const subject = 'Data folder';
  switch (state) {
    case 'absent':
      return good(subject, `${path} will be made at the first start.`);
    case 'private':
      return good(subject, `${path} is yours alone.`);
    case 'open':
      return warning(
        subject,
        `${path} can be listed by other users of this machine.`,
        `chmod 700 ${shellWord(path, process.platform)}`,
      );
    case 'unusable':
      return bad(subject, problem ?? '', 'Make it a folder that your user can write to, or choose another --data-dir.');
  }
}

function instanceFindings({ dataDir, running, unasked, port }: DoctorFacts): Finding[] {
  const subject = 'Instance';
  if (unasked !== null)
    return [bad(subject, `It runs as process ${unasked.pid}, and could not be asked: ${unasked.why}`, 'Restart it.')];
  // Nobody can tell, and nothing starts there.
  if (running === null && dataDir.state === 'unusable') return [];
  if (running === null) {
    const stopped = warning(
      subject,
      'Slipstream is not running on this data folder.',
      'Start it with "npx slipstream".',
    );
    if (port === null || port.takenAt.length === 0) return [stopped];
    const taken = `Port ${port.number} is taken by another program, at ${port.takenAt.join(' and ')}.`;
    return [stopped, bad('Port', taken, 'Stop that program, or start Slipstream with another --port.')];
  }
  const { app, pid, paused, healthStatus } = running;
  if (healthStatus !== 204) {
    const said = healthStatus === null ? 'nothing answers' : `the answer is ${healthStatus}`;
    return [bad(subject, `Process ${pid} says it runs, but ${said} at ${app.baseUrl}.`, 'Quit it and start it again.')];
  }
  const runs = good(subject, `${app.version} (${app.face}) runs as process ${pid} and answers at ${app.baseUrl}/v1.`);
  const rest = warning(subject, 'It is paused and refuses new turns.', 'Resume it in the tray or the dashboard.');
  return [runs, ...(paused ? [rest] : []), modelsFinding(running)];
}

function modelsFinding({ modelsStatus, modelCount }: RunningFacts): Finding {
  const subject = 'Models';
  if (modelsStatus === 200 && modelCount > 0) return good(subject, `${modelCount} are offered with the API key.`);
  if (modelsStatus === 200)
    return warning(subject, 'None is known yet.', 'Add an account; the list comes from upstream with its first use.');
  const said = modelsStatus === null ? 'nothing' : `status ${modelsStatus}`;
  return bad(subject, `The API key got ${said} from the model list.`, 'Restart Slipstream and copy the key again.');
}

function fileFindings({ problems }: DoctorFacts): Finding[] {
  const subjects = { settings: 'Settings', files: 'Files', traces: 'Kept requests' } as const;
  return (problems ?? []).map(({ about, text }): Finding => {
    return { level: 'warning', subject: subjects[about], text, mend: null };
  });
}

function accountFindings({ accounts, storeProblem, upstream }: DoctorFacts, nowMs: number): Finding[] {
  const subject = 'Accounts';
  if (storeProblem !== null) return [bad('Files', storeProblem, 'Mend that, then run the doctor again.')];
  if (accounts === null) return [];
  if (accounts.length === 0)
    return [bad(subject, 'There are none.', 'Add one with "npx slipstream login" or "npx slipstream import FILE".')];
  const refusals = new Map(
    (upstream ?? []).map(({ id, problem, unreached }) => [id, problem && [problem, ...new Set(unreached)].join(' ')]),
  );
  const usable = accounts.filter(
    (account) => mayServe(account) && refusals.get(account.id) == null && fullUntil(account, nowMs) === null,
  );
  const count = `${usable.length} of ${accounts.length} can take turns now.`;
  const summary = usable.length === 0 ? bad(subject, count, 'See below.') : good(subject, count);
  const told = accounts.flatMap((account) => [
    ...accountProblem(account),
    ...upstreamProblem(account, refusals.get(account.id) ?? null, nowMs),
  ]);
  return [summary, ...told, ...(upstream === null ? [notAsked] : []), ...encryption(accounts)];
}

const notAsked: Finding = {
  level: 'good',
  subject: 'Upstream',
  text: 'It was not asked: what is said of the accounts is what is known here.',
  mend: 'Run it in a terminal, or with --yes, to have it asked.',
};

function mayServe({ enabled, state }: AccountView): boolean {
  return enabled && (state === 'ready' || state === 'expired');
}

/** When a window that is used up begins anew, epoch ms; null where there is room, or credits to go on with. */
function fullUntil({ usage }: AccountView, nowMs: number): number | null {
  if (usage?.credits?.unlimited === true || usage?.credits?.hasCredits === true) return null;
  const ends = [usage?.primary, usage?.secondary].flatMap((window) =>
    window != null && window.usedPercent >= 100 && window.resetAt !== null && window.resetAt > nowMs
      ? [window.resetAt]
      : [],
  );
  return ends.length === 0 ? null : Math.max(...ends);
}

/** Of an account that is thought to be fine. */
function upstreamProblem(account: AccountView, problem: string | null, nowMs: number): Finding[] {
  if (!mayServe(account)) return [];
  const subject = `Account ${account.label}`;
  if (problem !== null) return [warning(subject, problem, 'Mend that, then run the doctor again.')];
  const until = fullUntil(account, nowMs);
  return until === null ? [] : [usedUp(subject, until)];
}

function usedUp(subject: string, until: number | null): Finding {
  const when = until === null ? '' : ` until ${new Date(until).toISOString()}`;
  return warning(subject, `Its quota is used up${when}.`, 'Wait, or add another account.');
}

function accountProblem({ label, enabled, state, problem, cooldownUntil }: AccountView): Finding[] {
  const subject = `Account ${label}`;
  if (!enabled) return [warning(subject, 'It is switched off.', 'Switch it on in the dashboard, Accounts.')];
  if (problem !== null) return [warning(subject, problem, 'See the dashboard, Accounts.')];
  switch (state) {
    case 'ready':
    case 'expired':
      return [];
    case 'signed-out':
      return [warning(subject, 'It is signed out.', 'Sign in again with "npx slipstream login".')];
    case 'exhausted':
      return [usedUp(subject, cooldownUntil)];
    case 'refused':
      return [warning(subject, 'Upstream refuses its turns.', 'See the dashboard, Accounts.')];
    case 'locked':
      return [warning(subject, 'It is locked.', 'Unlock the keyring and try again, or sign in again.')];
    case 'other-upstream':
      return [warning(subject, 'It belongs to another --upstream or --issuer.', 'Start with those, or remove it.')];
  }
}

function encryption(accounts: readonly AccountView[]): Finding[] {
  const subject = 'Tokens';
  if (accounts.every(({ encrypted }) => encrypted)) return [good(subject, 'They are encrypted on the disk.')];
  const text = 'They are not encrypted on the disk; only the files’ permissions protect them.';
  return [warning(subject, text, 'The desktop app encrypts them where the system has a key store.')];
}

function traceFindings({ traces }: DoctorFacts): Finding[] {
  if (traces === null) return [];
  const subject = 'Kept requests';
  if (traces.kind === 'memory')
    return [warning(subject, 'They are in memory only, since the disk could not be used.', 'Look at the log for why.')];
  const aside = traces.setAsidePath;
  if (aside !== null)
    return [warning(subject, `A damaged database was put aside as ${aside}.`, 'Delete it once you do not need it.')];
  return [good(subject, `${traces.turns} on the disk.`)];
}

function clientFinding({ name, path, state, mode, problem }: ClientView): Finding[] {
  if (path === null) return [];
  if (problem !== null) return [warning(name, problem, `Look at ${path}.`)];
  switch (state) {
    case 'absent':
      return [];
    case 'set-up':
      return [good(name, `${path} points here.`)];
    case 'not-set-up':
      return [warning(name, `${path} does not point here.`, 'Set it up in the dashboard, Clients.')];
    case 'changed-since':
      return mode === null
        ? [warning(name, `${path} was changed since and does not point here.`, 'See the dashboard, Clients.')]
        : [good(name, `${path} points here; another program has changed it since.`)];
  }
}
