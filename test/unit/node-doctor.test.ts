import { describe, expect, it } from 'vitest';
import { type DoctorFacts, diagnose, type RunningFacts } from '../../src-main/node/doctor.ts';
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
  dataDir: { path: '/home/ada/.config/slipstream', state: 'private' },
  running,
  port: null,
  storeProblem: null,
  problems: [],
  accounts: [account],
  traces: { kind: 'disk', turns: 12, oldestAt: 1, bytes: 4096, setAsidePath: null },
  clients: [client],
  news: [],
  loopbackIsProxied: false,
};

describe('the doctor', () => {
  it('tells the news of Codex clients, without calling them ill', () => {
    const text = 'Codex 0.172 sends 1 header that profile 0.171 lacks: x-new';
    const findings = diagnose({ ...healthy, news: [{ version: '0.172.0', at: 0, text }] });
    expect(findings).toContainEqual(expect.objectContaining({ level: 'warning', subject: 'Codex', text: `${text}.` }));
    expect(findings.filter(({ level }) => level === 'bad')).toEqual([]);
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
    ['others can list the folder', { dataDir: { path: '/d', state: 'open' } }, 'warning', 'Data folder', /chmod 700/],
    ['the folder is not ours', { dataDir: { path: '/d', state: 'unwritable' } }, 'bad', 'Data folder', /--data-dir/],
    ['nothing runs', { running: null }, 'warning', 'Instance', /slipstream/],
    ['the port is taken', { running: null, port: { number: 2575, takenAt: ['[::1]:2575'] } }, 'bad', 'Port', /--port/],
    ['the port is silent', { running: { ...running, healthStatus: null } }, 'bad', 'Instance', /start it again/],
    ['it is paused', { running: { ...running, paused: true } }, 'warning', 'Instance', /Resume/],
    ['the key is refused', { running: { ...running, modelsStatus: 401 } }, 'bad', 'Models', /copy the key/],
    ['no model is known', { running: { ...running, modelCount: 0 } }, 'warning', 'Models', /Add an account/],
    ['the store is locked', { storeProblem: 'Locked.', accounts: null }, 'bad', 'Accounts', /run the doctor again/],
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
