import { arch, homedir, platform, release } from 'node:os';
import type { Redactor } from '../core/traces/redaction.ts';
import type { AccountView } from '../shared/account-model.ts';
import type { Snapshot } from '../shared/model.ts';
import type { Settings } from '../shared/settings.ts';

interface ProgramFacts {
  readonly snapshot: Snapshot;
  readonly settings: Settings;
  /** Log lines, redacted already. */
  readonly problems: readonly string[];
  readonly redactor: Redactor;
}

const runtimes = ['electron', 'chrome', 'node'] as const;

/**
 * A text for a bug report. Made from a list of what may be told, never from all there is less the secrets; accounts are
 * numbered, since their names are personal, and the whole passes the redactor once more.
 */
export function describeProgram({ snapshot, settings, problems, redactor }: ProgramFacts): string {
  const { app, accounts, requests } = snapshot;
  const failed = requests.filter((row) => row.status === 'failed').slice(0, 20);
  const sections: readonly (readonly [string, readonly string[]])[] = [
    [
      'Slipstream',
      [
        `version ${app.version}, ${app.face}${app.demo ? ', demo' : ''}, profile ${app.profile}`,
        `${platform()} ${release()} ${arch()}`,
        runtimes.flatMap((name) => versionText(name)).join(', '),
        `listens on ${app.baseUrl}; upstream ${hostOf(app.upstream)}`,
        `fast mode ${settings.fastPolicy}${snapshot.settings.paused ? '; paused' : ''}`,
      ],
    ],
    [
      'Settings',
      [
        `originator ${settings.originator}`,
        `way out ${settings.proxyUrl === null ? 'from the environment' : 'a proxy of its own'}`,
        `allowed origins ${settings.allowedOrigins.length}`,
        `history ${settings.traceDays} days, ${settings.traceTurns} turns, ${settings.traceMegabytes} MB, bodies ${settings.traceBodies ? 'kept' : 'not kept'}`,
        `strategy ${settings.strategy}, pinned account ${settings.pinnedAccountId === null ? 'no' : 'yes'}`,
      ],
    ],
    ['Accounts', accounts.map(accountText)],
    [
      'Failed requests',
      failed.map(
        (row) =>
          `${new Date(row.startedAt).toISOString()} ${row.error?.code ?? 'unknown'}${row.said?.code == null ? '' : `: ${row.said.code}`}`,
      ),
    ],
    ['Last warnings and errors', problems],
  ];
  const text = sections
    .map(([title, lines]) => [`## ${title}`, ...(lines.length === 0 ? ['none'] : lines)].join('\n'))
    .join('\n\n');
  return `${withoutHome(redactor.text(text), homedir())}\n`;
}

/** Paths in log lines hold the user's name on most systems; the lines are JSON, which escapes the ones of Windows. */
function withoutHome(text: string, home: string): string {
  if (home.length < 2) return text;
  return text.replaceAll(JSON.stringify(home).slice(1, -1), '~').replaceAll(home, '~');
}

function accountText(account: AccountView, index: number): string {
  const { primary = null, secondary = null } = account.usage ?? {};
  return [
    `account ${index + 1}: ${account.state}`,
    account.enabled ? 'enabled' : 'disabled',
    `plan ${account.plan ?? 'unknown'}`,
    `source ${account.source}`,
    `websockets ${account.websockets ?? 'not set'}`,
    `tokens ${account.encrypted ? 'encrypted' : 'not encrypted'}`,
    `used ${primary?.usedPercent ?? '?'} % / ${secondary?.usedPercent ?? '?'} %`,
  ].join(', ');
}

function versionText(name: (typeof runtimes)[number]): readonly string[] {
  const version = process.versions[name];
  return version === undefined ? [] : [`${name} ${version}`];
}

/** The rest of an address may hold what is private. */
function hostOf(url: string): string {
  return URL.parse(url)?.host ?? 'unknown';
}
