import { describe, expect, it } from 'vitest';
import { type DoctorFacts, diagnose as diagnoseAt, type RunningFacts } from '../../src-main/node/doctor.ts';
import type { ClientView } from '../../src-main/shared/client-model.ts';
import { makeAccount } from '../renderer/fixtures.ts';

const account = makeAccount({ source: 'browser', encrypted: true });
const client: ClientView = {
  id: 'codex',
  name: 'Codex CLI',
  detected: true,
  path: '/home/ada/.codex/config.toml',
  state: 'set-up',
  modes: [],
  mode: 'provider',
  undoable: true,
  problem: null,
};
const running: RunningFacts = {
  app: {
    version: '0.1.0',
    face: 'headless',
    demo: false,
    baseUrl: 'http://127.0.0.1:2575',
    upstream: 'https://chatgpt.com/backend-api/codex',
    dataDir: '/home/ada/.config/slipstream',
    profile: '0.169',
    startedAt: 0,
    autostartUnsupported: null,
  },
  pid: 7,
  paused: false,
  healthStatus: 204,
  modelsStatus: 200,
  modelCount: 8,
};
const healthy: DoctorFacts = {
  dataDir: { path: '/home/ada/.config/slipstream', state: 'private', problem: null },
  running,
  unasked: null,
  port: null,
  storeProblem: null,
  problems: [],
  accounts: [account],
  upstream: [{ id: account.id, problem: null, unreached: [] }],
  traces: { kind: 'disk', turns: 12, oldestAt: 1, bytes: 4096, setAsidePath: null },
  clients: [client],
  news: [],
  loopbackIsProxied: false,
};

const nowMs = 1_000_000;
const diagnose = (facts: DoctorFacts) => diagnoseAt(facts, nowMs);

describe('the doctor', () => {
  it('calls an instance that could not be asked a running one, and advises no start', () => {
    const unasked = {
      pid: 7,
      why: 'The running Slipstream answered in another form: it is another version. Restart it.',
    };
    const findings = diagnose({ ...healthy, running: null, accounts: null, upstream: null, unasked });
    const [instance] = findings.filter(({ subject }) => subject === 'Instance');
    expect(instance).toMatchObject({ level: 'bad', mend: 'Restart it.' });
    expect(instance?.text).toMatch(/^It runs as process 7, .*another version/);
    expect(JSON.stringify(findings)).not.toMatch(/not running|Start it/);
  });

  it('tells the news of Codex clients, without calling them ill', () => {
    const text = 'Codex 0.172 sends 1 header that profile 0.171 lacks: x-new';
    const findings = diagnose({ ...healthy, news: [{ version: '0.172.0', at: 0, text }] });
    expect(findings).toContainEqual(expect.objectContaining({ level: 'warning', subject: 'Codex', text: `${text}.` }));
    expect(findings.filter(({ level }) => level === 'bad')).toEqual([]);
  });

  const full = { usedPercent: 100, windowMinutes: 300, resetAt: nowMs + 1 };
  const usage = { primary: full, secondary: null, readAt: nowMs };
  it.each<[string, Partial<DoctorFacts>, boolean, RegExp]>([
    ['upstream refuses', { upstream: [{ id: account.id, problem: 'Refused.', unreached: [] }] }, true, /^Refused\.$/],
    [
      'a host is not reached, which it names once',
      { upstream: [{ id: account.id, problem: 'Away.', unreached: ['a.test: refused', 'a.test: refused'] }] },
      true,
      /^Away\. a\.test: refused$/,
    ],
    ['its window is full', { accounts: [{ ...account, usage }] }, true, /used up until 1970/],
    [
      'its window was full and began anew',
      { accounts: [{ ...account, usage: { ...usage, primary: { ...full, resetAt: nowMs } } }] },
      false,
      /1 of 1/,
    ],
    [
      'it goes on with credits',
      {
        accounts: [{ ...account, usage: { ...usage, credits: { hasCredits: true, unlimited: false, balance: '1' } } }],
      },
      false,
      /1 of 1/,
    ],
    ['upstream was not asked', { upstream: null }, false, /was not asked/],
  ])('says whether a turn can work now where %s', (_case, facts, isIll, text) => {
    const findings = diagnose({ ...healthy, ...facts });
    expect(findings.some(({ level }) => level === 'bad')).toBe(isIll);
    expect(findings).toContainEqual(expect.objectContaining({ text: expect.stringMatching(text) }));
  });

  it('is content where one of two accounts can serve', () => {
    const upstream = [
      { id: account.id, problem: 'Refused.', unreached: [] },
      { id: 'b', problem: null, unreached: [] },
    ];
    const findings = diagnose({ ...healthy, accounts: [account, { ...account, id: 'b' }], upstream });
    expect(findings.map(({ level }) => level)).not.toContain('bad');
    expect(findings).toContainEqual(expect.objectContaining({ level: 'good', text: '1 of 2 can take turns now.' }));
  });

  it('finds nothing to mend where everything works', () => {
    const findings = diagnose(healthy);
    expect(findings.map(({ level }) => level)).toEqual(findings.map(() => 'good'));
    expect(findings.map(({ subject }) => subject)).toEqual([
      'Data folder',
      'Instance',
      'Models',
      'Accounts',
      'Tokens',
      'Kept requests',
      'Codex CLI',
    ]);
  });

  it.each<[string, Partial<DoctorFacts>, 'warning' | 'bad', string, RegExp]>([
    [
      'others can list the folder',
      { dataDir: { path: '/d $x', state: 'open', problem: null } },
      'warning',
      'Data folder',
      /chmod 700 '\/d \$x'/,
    ],
    [
      'the folder is not ours',
      { dataDir: { path: '/d', state: 'unusable', problem: 'It is not yours.' } },
      'bad',
      'Data folder',
      /--data-dir/,
    ],
    ['nothing runs', { running: null }, 'warning', 'Instance', /slipstream/],
    ['the port is taken', { running: null, port: { number: 2575, takenAt: ['[::1]:2575'] } }, 'bad', 'Port', /--port/],
    ['the port is silent', { running: { ...running, healthStatus: null } }, 'bad', 'Instance', /start it again/],
    ['it is paused', { running: { ...running, paused: true } }, 'warning', 'Instance', /Resume/],
    ['the key is refused', { running: { ...running, modelsStatus: 401 } }, 'bad', 'Models', /copy the key/],
    ['no model is known', { running: { ...running, modelCount: 0 } }, 'warning', 'Models', /Add an account/],
    ['the store is locked', { storeProblem: 'Locked.', accounts: null }, 'bad', 'Files', /run the doctor again/],
    ['there is no account', { accounts: [] }, 'bad', 'Accounts', /slipstream login/],
    ['none can be used', { accounts: [{ ...account, enabled: false }] }, 'bad', 'Accounts', /below/],
    ['one is off', { accounts: [{ ...account, enabled: false }] }, 'warning', 'Account ad…@e… (pro)', /Switch it on/],
    [
      'one is signed out',
      { accounts: [{ ...account, state: 'signed-out' }] },
      'warning',
      'Account ad…@e… (pro)',
      /login/,
    ],
    ['one is used up', { accounts: [{ ...account, state: 'exhausted' }] }, 'warning', 'Account ad…@e… (pro)', /Wait/],
    [
      'one is of elsewhere',
      { accounts: [{ ...account, state: 'other-upstream' }] },
      'warning',
      'Account ad…@e… (pro)',
      /remove/,
    ],
    [
      'a link is broken',
      { accounts: [{ ...account, problem: 'Gone.' }] },
      'warning',
      'Account ad…@e… (pro)',
      /Accounts/,
    ],
    ['tokens are plain', { accounts: [{ ...account, encrypted: false }] }, 'warning', 'Tokens', /desktop app/],
    [
      'nothing outlives a restart',
      { traces: { kind: 'memory', turns: 0, oldestAt: null, bytes: 0, setAsidePath: null } },
      'warning',
      'Kept requests',
      /log/,
    ],
    [
      'a database was damaged',
      { traces: { kind: 'disk', turns: 0, oldestAt: null, bytes: 0, setAsidePath: '/d/old' } },
      'warning',
      'Kept requests',
      /Delete/,
    ],
    [
      'a client points elsewhere',
      { clients: [{ ...client, state: 'not-set-up', mode: null }] },
      'warning',
      'Codex CLI',
      /Clients/,
    ],
    [
      'a client was moved away',
      { clients: [{ ...client, state: 'changed-since', mode: null }] },
      'warning',
      'Codex CLI',
      /Clients/,
    ],
    [
      'a client’s file is broken',
      { clients: [{ ...client, problem: 'Not TOML.' }] },
      'warning',
      'Codex CLI',
      /config\.toml/,
    ],
    ['loopback goes through a proxy', { loopbackIsProxied: true }, 'warning', 'Proxy settings', /NO_PROXY/],
  ])('says what to do where %s', (_name, patch, level, subject, mend) => {
    const found = diagnose({ ...healthy, ...patch }).filter((finding) => finding.subject === subject);
    expect(found).toContainEqual(expect.objectContaining({ level, mend: expect.stringMatching(mend) }));
  });

  it('says nothing of clients that are not on this machine', () => {
    const subjects = diagnose({ ...healthy, clients: [{ ...client, state: 'absent', mode: null }] });
    expect(subjects.map(({ subject }) => subject)).not.toContain('Codex CLI');
  });
});
