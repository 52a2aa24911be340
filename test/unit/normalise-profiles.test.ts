import { describe, expect, it } from 'vitest';
import { clientKind } from '../../src-main/core/normalise/client-kind.ts';
import { normalise } from '../../src-main/core/normalise/normalise.ts';
import { defaultProfile, profileFor, profileNamed } from '../../src-main/core/normalise/profiles/choose.ts';
import { detectPlatform } from '../../src-main/core/platform.ts';
import { type CaptureName, captured, headerSet } from './captures.ts';
import { questionFor } from './normalise-question.ts';

describe('the profile of a client version', () => {
  it.each([
    ['0.171.0', '0.171'],
    ['0.172.0-alpha.3', '0.171'],
    ['0.1000.0', '0.171'],
    ['0.169.0', '0.169'],
    ['0.169.7', '0.169'],
    ['0.170.0', '0.169'],
    ['0.168.9', '0.118'],
    ['0.156.0', '0.118'],
    ['0.118.0', '0.118'],
    ['0.117.0', '0.118'],
    ['0.2.0', '0.118'],
    ['1.0.0', '0.171'],
    ['nonsense', '0.171'],
    [null, '0.171'],
  ])('%s is served by %s: the newest that is not newer', (version, id) => {
    expect(profileFor(version).id).toBe(id);
  });

  it('of a 0.118 client is told by its version header, since its upgrade has no user agent', () => {
    const headers = captured('old118-official-fast').upgrades[0] ?? [];
    expect(normalise(questionFor({ model: 'gpt-5.5' }, { headers })).profile).toBe('0.118');
  });

  it('is the newest for clients that are not Codex', () => {
    expect(defaultProfile.id).toBe('0.171');
  });
});

describe('what a profile says that its client sends', () => {
  const recordings: readonly (readonly [id: string, name: CaptureName])[] = [
    ['0.118', 'old118-official-fast'],
    ['0.118', 'v118-http'],
    ['0.169', 'default-official'],
    ['0.169', 'tier-fast'],
    ['0.169', 'o-ws426'],
    ['0.171', 'v171-ws'],
    ['0.171', 'v171-ws-fast'],
    ['0.171', 'v171-http'],
    ['0.171', 'v171-http-fast'],
  ];

  /** All of what is always there, and nothing beyond what may be. */
  const expectWithin = (names: readonly string[], always: readonly string[], maybe: readonly string[]) => {
    expect(names).toEqual(expect.arrayContaining([...always]));
    expect(names.filter((name) => !always.includes(name) && !maybe.includes(name))).toEqual([]);
  };

  it.each(recordings)('%s holds for the recording %s', (id, name) => {
    const { upgrades, frames, posts } = captured(name);
    const { ws, http } = profileNamed(id)?.captured ?? {};
    expect([...upgrades, ...posts].length).toBeGreaterThan(0);
    for (const headers of ws ? upgrades : [])
      expectWithin(headerSet(headers), ws?.headers ?? [], ws?.optionalHeaders ?? []);
    for (const frame of ws ? frames : []) expectWithin(Object.keys(frame), ws?.fields ?? [], ws?.optionalFields ?? []);
    for (const { headers, body } of posts) {
      expectWithin(headerSet(headers), http?.headers ?? [], http?.optionalHeaders ?? []);
      expectWithin(Object.keys(body), http?.fields ?? [], http?.optionalFields ?? []);
    }
  });
});

describe('telling clients apart', () => {
  it.each<[string | null, string | null, boolean, string | null, string]>([
    ['codex_exec', 'codex_exec/0.169.0 (x; y) z', true, '0.169.0', 'codex_exec 0.169.0'],
    ['codex-tui', 'codex-tui/0.169.0 (x; y) z', true, '0.169.0', 'codex-tui 0.169.0'],
    ['codex_vscode', null, true, null, 'codex_vscode'],
    ['Codex Desktop', 'Codex Desktop/0.168.0 (x; y) z (Codex Desktop; 26.3)', true, '0.168.0', 'Codex Desktop 0.168.0'],
    ['Codexial', 'Codexial/1.0.0', false, null, 'Codexial 1.0.0'],
    ['my_codex_app', 'my_codex_app/0.169.0', false, null, 'my_codex_app 0.169.0'],
    ['opencode', 'opencode/1.0.0', false, null, 'opencode 1.0.0'],
    [null, 'curl/8.5.0', false, null, 'curl 8.5.0'],
    [null, 'codex_exec/0.169.0', false, null, 'codex_exec 0.169.0'],
    [null, 'Mozilla', false, null, 'Mozilla'],
    [null, null, false, null, 'unknown client'],
    ['', '', false, null, 'unknown client'],
    [null, 'OpenAI/JS 7.59.0', false, null, 'OpenAI JS 7.59.0'],
    [null, 'AsyncOpenAI/Python 3.57.0', false, null, 'AsyncOpenAI Python 3.57.0'],
    [
      null,
      'ai-sdk/openai-compatible/3.0.37 ai-sdk/provider-utils/5.0.30',
      false,
      null,
      'ai-sdk/openai-compatible 3.0.37',
    ],
    [null, 'ai/7.0.173 ai-sdk-provider-utils/5.0.81 node.js/24', false, null, 'ai 7.0.173'],
    [null, 'Agents/JavaScript', false, null, 'Agents JavaScript'],
  ])('originator %j with user agent %j', (originator, agent, isCodex, version, label) => {
    const headers: [string, string][] = [];
    if (originator !== null) headers.push(['Originator', originator]);
    if (agent !== null) headers.push(['User-Agent', agent]);
    expect(clientKind(headers)).toEqual({ isCodex, version, label });
  });

  it('shows no more of a long name than fits a row', () => {
    expect(clientKind([['originator', 'codex_'.padEnd(5_000, 'x')]]).label.length).toBeLessThanOrEqual(110);
    expect(clientKind([['user-agent', 'x'.repeat(5_000)]]).label.length).toBeLessThanOrEqual(110);
  });
});

describe('naming this machine', () => {
  it('has the form of the official user agent', () => {
    expect(detectPlatform({ TERM: 'xterm' }).os).toMatch(/^[A-Za-z ]+ \d+\.\d+\.\d+$/);
    expect(detectPlatform({}).arch).toMatch(/^[a-z0-9_]+$/);
  });

  it.each([
    [{ TERM_PROGRAM: 'ghostty', TERM: 'xterm' }, 'ghostty'],
    [{ TERM: 'xterm-256color' }, 'xterm-256color'],
    [{}, 'unknown'],
  ])('takes the terminal from %j', (env, terminal) => {
    expect(detectPlatform(env).terminal).toBe(terminal);
  });
});
