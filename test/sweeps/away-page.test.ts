import { describe, expect, it } from 'vitest';
import type { Snapshot } from '../../src-main/shared/model.ts';
import { noUpdates } from '../../src-main/shared/update-model.ts';
import { english } from '../../src-main/shared/words/english.ts';
import {
  choices,
  estimate,
  makeClient,
  makeExperiment,
  makePlan,
  makeUndoPlan,
  passive,
} from '../renderer/figure-fixtures.ts';
import { appInfo, makeAccount, makeRow, makeSignIn, makeSnapshot, plainSettings } from '../renderer/fixtures.ts';
import type { OpenedPage } from '../renderer/open-page.ts';
import { usePageStand } from '../renderer/page-stand.ts';
import type { ScriptedServer } from '../renderer/scripted-server.ts';
import { controlsThatTell } from '../renderer/try-controls.ts';

const sessionId = 'session-one';
const requests = [makeRow({ id: 'r1', sessionId, rootSessionId: sessionId }), makeRow({ id: 'r2', status: 'running' })];
const accounts = [makeAccount(), makeAccount({ id: 'a2', email: 'grace@example.com', state: 'signed-out' })];
const key = { name: 'Ada', expiresAt: null, models: null, tiers: null, requestsPerDay: null, tokensPerDay: null };
const undecided = makeExperiment({ result: { ...makeExperiment().result, verdict: 'undecided' } });
const profiles: Snapshot['profiles'] = {
  choice: 'built-in',
  used: { id: '0.171', version: '0.171.0' },
  builtIn: [{ id: '0.171', version: '0.171.0' }],
  learned: [{ version: '0.172.0', source: 'cli', learnedAt: 1_795_449_000_000, differences: 1, isUsed: false }],
  news: [{ version: '0.172.0', at: 1_795_449_000_000, text: 'Codex 0.172.0 sends one header more.' }],
  running: null,
};

/** A screen, what is there of it when all has come, and what its state has beyond the usual. */
const screens: readonly (readonly [hash: string, there: string, patch: Partial<Snapshot>])[] = [
  ['#/overview', 'Connect a client', { settings: { ...plainSettings, guideDismissed: false } }],
  ['#/overview', "Link Codex CLI's login", { accounts: [] }],
  ['#/requests', 'Clear', {}],
  ['#/requests/r1', 'Copy as cURL', {}],
  ['#/requests/r2', 'Copy as cURL', {}],
  ['#/sessions', 'Sessions', {}],
  [`#/sessions/${sessionId}`, 'Show in Requests', {}],
  ['#/latency', 'Refresh', {}],
  ['#/usage', 'Prices', {}],
  ['#/lab', 'Start', {}],
  ['#/accounts', 'Add an account', {}],
  ['#/accounts', 'Cancel', { signIn: makeSignIn() }],
  ['#/clients', 'Codex CLI', {}],
  ['#/codex', 'Learn from the installed Codex', {}],
  ['#/settings', 'Revoke', { settings: { ...plainSettings, startAtLogin: false, metrics: true } }],
  ['#/settings', 'Look now', { app: { ...appInfo, face: 'desktop', autostartUnsupported: null } }],
];

describe('a page whose connection is away', () => {
  const stand = usePageStand();
  let server: ScriptedServer;

  async function open(hash: string, patch: Partial<Snapshot> = {}): Promise<OpenedPage> {
    const settings = { ...plainSettings, startAtLogin: false };
    server = await stand.serve(makeSnapshot({ requests, accounts, profiles, settings, ...patch }));
    const { handlers } = server;
    handlers['lab.estimate'] = () => estimate;
    handlers['lab.list'] = () => [undecided];
    handlers['lab.continuation'] = () => ({ why: null, steps: [] });
    handlers['latency.passive'] = () => passive;
    handlers['requests.choices'] = () => choices;
    handlers['clients.list'] = () => [makeClient({ undoable: true })];
    handlers['clients.plan'] = makePlan;
    handlers['clients.undoPlan'] = () => makeUndoPlan();
    handlers['updates.get'] = () => ({ ...noUpdates(''), state: 'idle', why: null });
    handlers['keys.list'] = () => [
      { ...key, id: 'k1', createdAt: 1, lastUsedAt: null, usedToday: { requests: 0, tokens: 0 } },
    ];
    handlers['browsers.list'] = () => [{ id: 'b1', name: 'Firefox', origin: server.origin, addedAt: 1, lastUsedAt: 1 }];
    // Alone: a page with edits that are not saved is not left without a question.
    return stand.showAlone(server.urlOf(hash), { permissions: ['clipboard-read', 'clipboard-write'] });
  }

  it.each(screens)('offers nothing on %s that would need it, beside "%s"', async (hash, there, patch) => {
    const { page } = await open(hash, patch);
    await page.getByText('Connected', { exact: true }).waitFor();
    await page.getByText(there).first().waitFor();
    const comeBack = server.leave();
    await page.getByText('Reconnecting…').waitFor();
    const telling = await controlsThatTell(page, english.t('shell.call.notConnected'));
    comeBack();
    expect(telling).toEqual([]);
  });
});
