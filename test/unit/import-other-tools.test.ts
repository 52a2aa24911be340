import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src-main/app/import-config.ts';
import { readSignInFiles } from '../../src-main/core/accounts/sign-in-file.ts';
import { SlipstreamError } from '../../src-main/shared/errors.ts';
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

  it.each<[string, unknown, string, readonly string[]]>([
    ['codex-lb, in its other spelling', { codex_auth_json: JSON.parse(authFile()) as object }, 'codex-lb', []],
    ['codex-proxy, with what is no entry', { accounts: [1, codexProxy()] }, 'codex-proxy', []],
    ['CLIProxyAPI, with a member of codex-proxy', { accounts: [cliproxy({ refreshToken: 'x' })] }, 'cliproxyapi', []],
    ['CLIProxyAPI, with another one', { accounts: [cliproxy({ token: 'x' })] }, 'cliproxyapi', []],
    [
      'opencodex, of which one was removed and left its tokens',
      { one: opencodex('a@b', 'w'), two: { credential: opencodex('c@d', 'v'), generation: 1, deletedAt: 5 } },
      'opencodex',
      ['deletedAt: signed-out'],
    ],
    [
      'opencodex, of which others hold no tokens',
      {
        one: opencodex('a@b', 'w'),
        two: { generation: 1 },
        three: { generation: 1, credential: { accessToken: 'x' } },
      },
      'opencodex',
      ['deletedAt: signed-out'],
    ],
  ])('are told from each other: %s', (_name, file, tool, left) => {
    expect(told(file)).toMatchObject({ tool, accounts: { length: 1 }, left });
  });

  it.each([
    ['an access token alone', { one: { accessToken: 'x' } }],
    ['a workspace alone', { one: { chatgptAccountId: 'x' } }],
    ['something beside a sign-in', { one: opencodex('a@b', 'w'), two: 'x' }],
    ['another object beside a sign-in', { one: opencodex('a@b', 'w'), two: { x: 1 } }],
  ])('are none of opencodex in a file with %s', (_what, file) => {
    expect(() => read(file)).toThrow('This file holds no tokens.');
  });

  it('are taken with the tokens and the workspace that they were kept with', () => {
    const opaque = (more: object) => jwt({ 'https://api.openai.com/profile': { email: 'a@b' }, ...more });
    const [one] = read({ accounts: [codexProxy({ token: opaque({}), accountId: 'ws-5' })] }).accounts;
    expect(one).toMatchObject({ workspaceId: 'ws-5', enabled: true, nickname: 'Team Alpha' });
    expect(one?.tokens).toEqual({ accessToken: opaque({}), idToken: opaque({}), refreshToken: 'rt_1' });
    const [other] = read({ x: { accessToken: opaque({}), refreshToken: 'rt_2', chatgptAccountId: 'ws-6' } }).accounts;
    expect(other).toMatchObject({ workspaceId: 'ws-6', enabled: true, tokens: { refreshToken: 'rt_2' } });
  });

  it('keep what their owner set', () => {
    const [off] = read({ accounts: [codexProxy({ status: 'disabled' })] }).accounts;
    expect(off).toMatchObject({ enabled: false, nickname: 'Team Alpha' });
    const [through] = read(cliproxy({ proxy_url: 'socks5://u:p@127.0.0.1:1080' })).accounts;
    expect(through).toMatchObject({ proxyUrl: 'socks5://u:p@127.0.0.1:1080' });
  });

  const no = { ...cliproxy(), access_token: '', email: '' };
  const leftOf = (value: unknown) => told(value).left;

  it.each<[string, unknown, readonly string[]]>([
    ['at the top', [cliproxy()], []],
    ['as accounts', { accounts: [cliproxy()] }, []],
    ['as auths', { accounts: {}, auths: [cliproxy()] }, []],
    ['as files', { files: [cliproxy()] }, []],
    ['with what is no entry', [1, null, 'x', cliproxy()], []],
    ['with one that says no service', [cliproxy({ type: undefined })], []],
    ['with one whose service is no text', [cliproxy({ type: 7 })], []],
    [
      'with damaged ones, told by e-mail or place',
      [no, cliproxy({ email: 'x@y', id_token: '' }), cliproxy()],
      ['#1: unreadable', 'x@y: unreadable'],
    ],
    [
      'with what has no equal',
      [cliproxy({ weight: 1, request_retry: 2 })],
      ['weight: no-equal', 'request_retry: no-equal'],
    ],
    [
      'with what has none either',
      [cliproxy({ excluded_models: [], disable_cooling: true })],
      ['excluded_models: no-equal', 'disable_cooling: no-equal'],
    ],
    [
      'with a way out that is known, or none',
      [cliproxy({ proxy_url: 'http://127.0.0.1:1' }), cliproxy({ proxy_url: '' })],
      [],
    ],
    ['with a service of a long name', [{ type: 'x'.repeat(300) }, cliproxy()], [`${'x'.repeat(200)}: other-service`]],
  ])('are read from a list, %s', (_where, file, left) => {
    const { tool, accounts, left: leftOut } = told(file);
    expect([tool, leftOut]).toEqual(['cliproxyapi', left]);
    expect(new Set(accounts.map(([, workspace]) => workspace))).toEqual(new Set(['ws-9']));
  });

  it.each<[string, unknown, string]>([
    ['empty', [], 'it is a list without one in it'],
    ['of no entries', { auths: [1, 'x', null] }, 'it is a list without one in it'],
    ['of other services alone', [{ type: 'claude' }, { type: 'gemini' }], 'is for "claude", not for Codex'],
    [
      'of damaged ones alone',
      [cliproxy({ account_id: '', email: '', id_token: 'x', access_token: 'a\nb' }), no],
      'names no e-mail',
    ],
  ])('are refused where a list is %s', (_what, file, message) => {
    expect(() => read(file)).toThrow(message);
  });

  it('alone is of the program whose form it has', () => {
    const alone = (value: object) => [told(value).tool, leftOf(value)];
    expect(alone(JSON.parse(authFile()))).toEqual(['codex', []]);
    expect(alone(cliproxy({ prefix: 'p' }))).toEqual(['cliproxyapi', ['prefix: no-equal']]);
    // Tokens make it an auth.json, whatever lists are beside them.
    expect(alone({ ...JSON.parse(authFile()), type: 'codex', accounts: [cliproxy()] })).toEqual(['codex', []]);
  });

  it('of CLIProxyAPI are taken no more than 200 at once, and as many told of that are for other services', () => {
    const others = Array.from({ length: 201 }, () => ({ type: 'claude' }));
    const ours = (count: number) => Array.from({ length: count }, (_, at) => cliproxy({ account_id: `ws-${at}` }));
    const { accounts, left } = read([...ours(203), ...others]);
    expect([accounts.length, left.length, left.at(-1)]).toEqual([200, 201, { what: '3', why: 'too-many' }]);
    expect(read(ours(200)).left).toEqual([]);
  });

  it('are taken no more than 200 at once', () => {
    const accounts = Array.from({ length: 203 }, (_, index) => codexProxy({ accountId: `ws-${index}` }));
    const { accounts: taken, left } = read({ accounts });
    expect([taken.length, left]).toEqual([200, [{ what: '3', why: 'too-many' }]]);
    expect(read({ accounts: accounts.slice(0, 200) }).left).toEqual([]);
    const records = Object.entries(accounts).map(([at]) => [at, opencodex('ann@example.test', `ws-${at}`)]);
    expect(read(Object.fromEntries(records)).accounts).toHaveLength(200);
  });

  it.each([
    ['names of prototypes', '{"__proto__":{"generation":1},"constructor":{"accessToken":"a","chatgptAccountId":"b"}}'],
    ['a list of numbers', '{"accounts":[1,2]}'],
    ['a bundle in a list', '{"accounts":[{"token":"x","refreshToken":null}]}'],
    ['no JSON', 'hello'],
  ])('are refused where the file holds %s', (_name, text) => {
    expect(() => readSignInFiles(text, origin, 5)).toThrow(SlipstreamError);
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
  it('are those of CLIProxyAPI that have an equal', async () => {
    const config = await readConfig(cliproxyConfig);
    expect(config?.tool).toBe('cliproxyapi');
    expect(config?.settings).toEqual({ proxyUrl: 'socks5://user:pass@192.0.2.1:1080', strategy: 'fill-first' });
    expect(config?.left).toEqual([
      { what: 'port', why: 'no-equal' },
      { what: 'api-keys', why: 'own-keys' },
      { what: 'request-retry', why: 'no-equal' },
    ]);
    expect(JSON.stringify(config?.left)).not.toContain('secret');
  });

  it('are those of codex-proxy that have an equal', async () => {
    const config = await readConfig(
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
  ])('are none in %s', async (_name, text) => {
    expect((await readConfig(text))?.settings ?? {}).toEqual({});
  });
});

it('a configuration is read however many keys it has, and a text that is far longer than any is not', async () => {
  const config = 'auth-dir: x\nproxy-url: http://127.0.0.1:9\n';
  const keys = (count: number) => Array.from({ length: count }, (_, index) => `k${index}: 1\n`).join('');
  expect((await readConfig(config + keys(5_000)))?.settings).toEqual({ proxyUrl: 'http://127.0.0.1:9' });
  expect(await readConfig(config + keys(60_000))).toBeNull();
});
