import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src-main/app/import-config.ts';
import { readSignInFiles } from '../../src-main/core/accounts/sign-in-file.ts';
import { authFile, jwt, origin } from './account-fixtures.ts';

const accessToken = (email: string, workspaceId: string) =>
  jwt({
    exp: 2_000_000_000,
    'https://api.openai.com/auth': { chatgpt_account_id: workspaceId, chatgpt_plan_type: 'pro' },
    'https://api.openai.com/profile': { email },
  });
const read = (value: unknown) => readSignInFiles(JSON.stringify(value), origin, 5);
const told = (value: unknown) => {
  const { tool, accounts, left } = read(value);
  return {
    tool,
    accounts: accounts.map(({ email, workspaceId, plan }) => [email, workspaceId, plan]),
    left: left.map(({ what, why }) => `${what}: ${why}`),
  };
};

const codexProxy = (more: object = {}) => ({
  id: 'e1',
  token: accessToken('ann@example.test', 'ws-1'),
  refreshToken: 'rt_1',
  email: 'ann@example.test',
  accountId: 'ws-1',
  userId: 'user-1',
  label: 'Team Alpha',
  planType: 'pro',
  proxyApiKey: 'codex-proxy-key',
  status: 'active',
  usage: { request_count: 3 },
  ...more,
});
const opencodex = (email: string, workspaceId: string) => ({
  accessToken: accessToken(email, workspaceId),
  refreshToken: `rt_${workspaceId}`,
  expiresAt: 2_000_000_000_000,
  chatgptAccountId: workspaceId,
});
const cliproxy = (more: object = {}) => ({
  type: 'codex',
  access_token: accessToken('cat@example.test', 'ws-9'),
  id_token: accessToken('cat@example.test', 'ws-9'),
  refresh_token: 'rt_9',
  account_id: 'ws-9',
  email: 'cat@example.test',
  ...more,
});

describe('the sign-ins of other proxies', () => {
  it.each([
    [
      'codex-proxy, of which one is damaged',
      { accounts: [codexProxy(), codexProxy({ token: '', email: 'bob@example.test' })] },
      { tool: 'codex-proxy', accounts: [['ann@example.test', 'ws-1', 'pro']], left: ['bob@example.test: unreadable'] },
    ],
    [
      'opencodex, of which one was removed',
      {
        one: { credential: opencodex('ann@example.test', 'ws-1'), generation: 3 },
        two: { generation: 4, deletedAt: 1 },
      },
      { tool: 'opencodex', accounts: [['ann@example.test', 'ws-1', 'pro']], left: ['deletedAt: signed-out'] },
    ],
    [
      'opencodex, as older versions kept them',
      { one: opencodex('ann@example.test', 'ws-1'), two: opencodex('bob@example.test', 'ws-2') },
      {
        tool: 'opencodex',
        accounts: [
          ['ann@example.test', 'ws-1', 'pro'],
          ['bob@example.test', 'ws-2', 'pro'],
        ],
        left: [],
      },
    ],
    [
      'codex-lb, exported alone',
      { filename: 'a.json', account: {}, codexAuthJson: JSON.parse(authFile()) as object },
      { tool: 'codex-lb', accounts: [['ann@example.test', 'ws-1', 'plus']], left: [] },
    ],
    [
      'codex-lb, as an encrypted bundle',
      { format: 'codex-lb-account-bundle', version: 1, ciphertext: 'AAAA' },
      { tool: 'codex-lb', accounts: [], left: ['ciphertext: encrypted'] },
    ],
    [
      'CLIProxyAPI, with what has no equal',
      cliproxy({ prefix: 'team', proxy_url: 'direct' }),
      {
        tool: 'cliproxyapi',
        accounts: [['cat@example.test', 'ws-9', 'pro']],
        left: ['prefix: no-equal', 'proxy_url: no-proxy'],
      },
    ],
    [
      'CLIProxyAPI, a list with other services',
      [cliproxy(), { type: 'claude', access_token: 'x' }],
      { tool: 'cliproxyapi', accounts: [['cat@example.test', 'ws-9', 'pro']], left: ['claude: other-service'] },
    ],
  ])('are known by their shape: %s', (_name, file, expected) => {
    expect(told(file)).toEqual(expected);
  });

  it('keep what their owner set', () => {
    const [off] = read({ accounts: [codexProxy({ status: 'disabled' })] }).accounts;
    expect(off).toMatchObject({ enabled: false, nickname: 'Team Alpha' });
    const [through] = read(cliproxy({ proxy_url: 'socks5://u:p@127.0.0.1:1080' })).accounts;
    expect(through).toMatchObject({ proxyUrl: 'socks5://u:p@127.0.0.1:1080' });
  });

  it('are taken no more than 200 at once', () => {
    const accounts = Array.from({ length: 203 }, (_, index) => codexProxy({ accountId: `ws-${index}` }));
    const { accounts: taken, left } = read({ accounts });
    expect([taken.length, left]).toEqual([200, [{ what: '3', why: 'too-many' }]]);
  });

  it.each([
    ['names of prototypes', '{"__proto__":{"generation":1},"constructor":{"accessToken":"a","chatgptAccountId":"b"}}'],
    ['a list of numbers', '{"accounts":[1,2]}'],
    ['a bundle in a list', '{"accounts":[{"token":"x","refreshToken":null}]}'],
    ['no JSON', 'hello'],
  ])('are refused where the file holds %s', (_name, text) => {
    expect(() => readSignInFiles(text, origin, 5)).toThrow();
    expect(Object.hasOwn(Object.prototype, 'generation')).toBe(false);
  });
});

describe('the settings of other proxies', () => {
  const cliproxyConfig = `port: 8317
auth-dir: "~/.cli-proxy-api"
api-keys: ["secret-key-1"]
proxy-url: "socks5://user:pass@192.0.2.1:1080"
request-retry: 3
routing:
  strategy: fill-first
`;
  it('are those of CLIProxyAPI that have an equal', () => {
    const config = readConfig(cliproxyConfig);
    expect(config?.tool).toBe('cliproxyapi');
    expect(config?.settings).toEqual({ proxyUrl: 'socks5://user:pass@192.0.2.1:1080', strategy: 'fill-first' });
    expect(config?.left).toEqual([
      { what: 'port', why: 'no-equal' },
      { what: 'api-keys', why: 'own-keys' },
      { what: 'request-retry', why: 'no-equal' },
    ]);
    expect(JSON.stringify(config?.left)).not.toContain('secret');
  });

  it('are those of codex-proxy that have an equal', () => {
    const config = readConfig(
      'tls: {proxy_url: "ftp://a"}\nauth: {rotation_strategy: least_used}\nmodel: {default_service_tier: fast}\nserver: {proxy_api_key: s3cret}\nollama: {enabled: false}\n',
    );
    expect(config).toEqual({
      tool: 'codex-proxy',
      settings: { strategy: 'most-headroom', fastPolicy: 'on' },
      left: [
        { what: 'tls.proxy_url', why: 'no-proxy' },
        { what: 'server.proxy_api_key', why: 'own-keys' },
        { what: 'ollama', why: 'no-equal' },
      ],
    });
  });

  it.each([
    ['a sign-in', authFile()],
    ['a strategy named as an inherited member', 'auth-dir: a\nproxy-url: ""\nrouting: {strategy: constructor}\n'],
    [
      'aliases that grow',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'
        .split('')
        .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefg'[index]}`).join(',')}]`)
        .join('\n')}\nauth-dir: x\nproxy-url: y\n`,
    ],
    ['some other YAML', 'name: ci\non: push\n'],
  ])('are none in %s', (_name, text) => {
    expect(readConfig(text)?.settings ?? {}).toEqual({});
  });
});
