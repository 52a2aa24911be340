import type { AccountView } from '../../src-main/shared/account-model.ts';
import { english } from '../../src-main/shared/words/english.ts';
import { tell } from '../../src-main/shared/words/told.ts';
import { choices, estimate, makeClient, makeExperiment, makeLatency, passive } from './figure-fixtures.ts';
import { makeAccounts, makeRows, makeSnapshot } from './fixtures.ts';
import type { ScriptedServer } from './scripted-server.ts';

/** A state whose names are as long as they come, for tests of how screens are laid out. */

export const longClient = `GitHubCopilotChat/0.31.2026112301 (linux; x64) vscode/1.108.0-insider-20261120`;
const longModel = 'gpt-6.1-sol-codex-max-2026-11-18';
const longEmail = 'augusta.ada.king.noel.countess.of.lovelace@research.example.org';
const longTier = 'priority-of-the-reserved-capacity-of-europe';
const longLabel = 'augusta.ada.king.noel.countess.of.lovelace@r… (enterprise)';

const said = {
  code: 'server_is_overloaded',
  message: 'The servers are overloaded; try again later.',
  param: null,
  closeCode: 1011,
  closeReason: 'going down for maintenance',
};

/** As it was told to the client and kept. */
const dropped = english.t('failures.turn.dropped.both', {
  host: 'chatgpt.com',
  code: '1011',
  reason: 'going-down',
});

function longRows(nowMs: number) {
  return makeRows(60, nowMs).map((row, index) => ({
    ...row,
    ...(index === 3 ? { kind: 'prewarm' as const } : {}),
    ...(index % 11 === 5 ? { tierAsked: longTier } : {}),
    client: index % 2 === 0 ? longClient : row.client,
    model: index % 3 === 0 ? longModel : row.model,
    account: row.account === null ? null : { id: row.account.id, label: longLabel },
    ...(row.status === 'failed' || row.status === 'incomplete'
      ? { said, error: { code: 'upstream_closed', message: dropped } }
      : {}),
  }));
}

/** A snapshot of it. */
export function longNames(nowMs: number) {
  const accounts: AccountView[] = makeAccounts(nowMs).map((account, index) =>
    index === 0
      ? { ...account, email: longEmail, label: longLabel, plan: 'enterprise', workspace: 'Research and development' }
      : account,
  );
  return makeSnapshot({
    accounts,
    requests: longRows(nowMs),
    problems: [
      { about: 'settings', text: tell('problems.aside', { path: `/home/${'deep/'.repeat(30)}settings.json` }) },
      {
        about: 'files',
        text: tell('problems.file.aside', {
          path: `/home/${'deep/'.repeat(30)}sessions.json`,
          aside: `/home/${'deep/'.repeat(30)}sessions.json.damaged-1795449000000`,
          meaning: tell('problems.meaning.sessions'),
        }),
      },
    ],
  });
}

/** Answers what the screens ask beside it. */
export function answerScreens(server: ScriptedServer): void {
  const experiment = makeExperiment();
  server.handlers['latency.query'] = makeLatency;
  server.handlers['latency.passive'] = () => passive;
  server.handlers['lab.estimate'] = () => estimate;
  server.handlers['lab.list'] = () => [experiment, { ...experiment, id: 'failed', state: 'failed', problem: dropped }];
  server.handlers['clients.list'] = () => [
    makeClient(),
    makeClient({ id: 'other', name: 'Other', state: 'set-up', mode: 'provider' }),
    makeClient({ id: 'third', name: 'Third', problem: tell('failures.client.invalid', { language: 'TOML' }) }),
  ];
  server.handlers['clients.snippet'] = () => ({ text: 'key = "secret-1"', shown: 'key = "<API key>"' });
  server.handlers['requests.choices'] = () => choices;
  const facts = { name: longEmail, models: [longModel], tiers: ['standard', longTier], requestsPerDay: 200 };
  const times = { expiresAt: 4e12, createdAt: 1, lastUsedAt: 1.7e12 };
  const usedToday = { requests: 12, tokens: 1_234_567 };
  server.handlers['keys.list'] = () => [{ id: 'k1', ...facts, tokensPerDay: null, ...times, usedToday }];
  server.handlers['browsers.list'] = () => [
    {
      id: 'b1',
      name: longClient,
      origin: 'http://dashboard.of.the.lovelace.family.example.org:2575',
      addedAt: 1,
      lastUsedAt: 1.7e12,
    },
  ];
}
