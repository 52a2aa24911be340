import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactConfig, showDiff } from '../../src-main/clients/shown.ts';
import { Redactor } from '../../src-main/core/traces/redaction.ts';
import { redactEvents } from '../../src-main/core/traces/split-secrets.ts';
import { meantProxy, shownProxy } from '../../src-main/shared/proxy-address.ts';
import { redactedJson, redactedSecret } from '../fuzz/targets/redaction.ts';

/** Secrets in every place and spelling that texts have for them. */

const secret = 'nabcdef/ghi+12345"x';
const redactor = new Redactor();
redactor.addSecret(secret);
redactor.addPersonal('Ann.Lee@Example.com', '<e-mail>');

describe('a secret’s name over more than a text', () => {
  it.each([
    ['{"token":["abcdefgh12345","b"],"a":1}', '{"token":"<redacted>","a":1}'],
    ['{"token" : {"a":"abcdefgh12345","b":[1,{"c":"]}"}]},"a":1}', '{"token" : "<redacted>","a":1}'],
    ['{"access_token":123456789012}', '{"access_token":"<redacted>"}'],
    ['{"access_token":-1234.5678e9,"b":2}', '{"access_token":"<redacted>","b":2}'],
    ['{"api_keys":[]}', '{"api_keys":[]}'],
    ['{"token":null,"token2":true}', '{"token":null,"token2":true}'],
    ['{"max_tokens":100000,"total_tokens":123456}', '{"max_tokens":100000,"total_tokens":123456}'],
    [JSON.stringify({ a: '{"token":["abcdefgh12345"]}' }), JSON.stringify({ a: '{"token":"<redacted>"}' })],
  ])('%s', (text, clean) => {
    expect(redactor.text(text)).toBe(clean);
  });

  it('is hidden in values, too', () => {
    const value = { credentials: { user: 'ann', list: ['x', { deep: 'y' }] }, token: 123456789, max_tokens: 123456 };
    expect(redactor.value(value)).toEqual({
      credentials: { user: '<redacted>', list: ['<redacted>', { deep: '<redacted>' }] },
      token: '<redacted>',
      max_tokens: 123456,
    });
  });
});

describe('a known value in another spelling', () => {
  const percent = encodeURIComponent(secret);
  const hex = Buffer.from(secret).toString('hex');
  const escaped = [...secret].map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
  it.each([
    ['as it is', secret],
    ['as JSON', JSON.stringify(secret).slice(1, -1)],
    ['with escaped slashes', JSON.stringify(secret).slice(1, -1).replaceAll('/', '\\/')],
    ['percent-encoded in small letters', percent.replace(/%../g, (each) => each.toLowerCase())],
    ['percent-encoded in mixed case', percent.replace('%2F', '%2f')],
    ['as hex in mixed case', `${hex.slice(0, 9).toUpperCase()}${hex.slice(9)}`],
    ['escaped unit by unit', escaped],
    ['escaped unit by unit in capitals', escaped.replace(/[0-9a-f]{4}/g, (each) => each.toUpperCase())],
    ['as base64', Buffer.from(secret).toString('base64').replaceAll('=', '')],
    ['as base64url', Buffer.from(secret).toString('base64url')],
  ])('is found: %s', (_how, written) => {
    expect(redactor.text(`before ${written} after`)).toBe('before <redacted> after');
  });

  it.each(['ann.lee@example.com', 'ANN.LEE@EXAMPLE.COM', 'ann.LEE@example.COM'])('an e-mail: %s', (email) => {
    expect(redactor.text(`to ${email}!`)).toBe('to <e-mail>!');
  });

  it.each([
    ['{"m":"\\rt_abcdefgh12345"}'],
    ['{"m":"x\\nabcdef/ghi+12345\\"x"}'],
    ['{"m":"\\u00nabcdef"}'.replace('\\u00n', '\\u00e9n')],
    ['{"a":"\\\\nabcdef/ghi+12345\\"x","b":1}'],
  ])('that begins at the letter of an escape leaves JSON as JSON: %s', (text) => {
    expect(() => JSON.parse(redactor.text(text))).not.toThrow();
  });
});

describe('a proxy’s password', () => {
  it('is hidden in every text', () => {
    expect(redactor.text('via http://bob:hunter2pass@proxy.local:3128/ now')).toBe(
      'via http://<redacted>@proxy.local:3128/ now',
    );
    expect(redactor.text('mail bob@example.com about http://x/')).toBe('mail bob@example.com about http://x/');
  });

  it.each([
    'http://bob:hunter2@proxy.local:3128/',
    'socks5://bob:hunter2@proxy.local:1080',
    'socks5h://bob:hunter2@proxy.local:1080',
  ])('is hidden on screens, and stays when the screen gives it back: %s', (stored) => {
    const shown = shownProxy(stored);
    expect(shown).toBe(stored.replace('bob:hunter2', '********:********'));
    expect(meantProxy(shown, stored)).toBe(stored);
    for (const own of [stored.replace('hunter2', 'new'), stored.replace('bob:hunter2', '********:new')])
      expect(meantProxy(own, stored)).toBe(own.replace('********', 'bob'));
    expect(meantProxy(stored.replace('hunter2', '********'), stored)).toBe(stored);
    const another = stored.replace('bob:hunter2', 'eve:********');
    expect(meantProxy(another, stored)).toBe(another);
    expect(meantProxy('http://bob:********@other.local/', stored)).toBe('http://bob:********@other.local/');
    expect(meantProxy(null, stored)).toBeNull();
    expect(shownProxy('http://proxy.local/')).toBe('http://proxy.local/');
  });
});

describe('a secret in pieces', () => {
  const event = (delta: string, item = 'a') =>
    JSON.stringify({ type: 'response.output_text.delta', item_id: item, output_index: 0, delta });

  it('is hidden wherever it is cut, and nothing else is', () => {
    for (let cut = 1; cut < secret.length; cut += 1) {
      const events = ['The key is ', secret.slice(0, cut), secret.slice(cut), ' indeed.'].map((text) => event(text));
      const clean = redactEvents(events, redactor).map((text) => JSON.parse(text).delta);
      expect(clean.join('')).not.toContain(secret.slice(0, 8));
      expect(clean[0]).toBe('The key is ');
      expect(clean[3]).toBe(' indeed.');
    }
  });

  it('is looked for within one stream alone', () => {
    const events = [event(secret.slice(0, 9), 'a'), event(secret.slice(9), 'b')];
    expect(redactEvents(events, redactor)).toEqual(events);
  });
});

describe('a configuration on a screen', () => {
  const shown = (text: string) => redactConfig(text, 'local-key-0123456789', redactor);
  it.each([
    [
      'a value over several lines',
      'secret = """\nline one\nline two"""\nmodel = "x"',
      'secret = "<redacted>"\n<redacted>\n<redacted>\nmodel = "x"',
    ],
    [
      'a list over several lines',
      'client_secrets = [\n  \'a]b\',\n  "c",\n]\nx = 1',
      'client_secrets = "<redacted>"\n<redacted>\n<redacted>\n<redacted>\nx = 1',
    ],
    ['a passphrase', "passphrase = 'open sesame'", 'passphrase = "<redacted>"'],
    ['a quoted key', '"api key" = "abc def"', '"api key" = "<redacted>"'],
    ['a dotted key', 'server.auth.password = "abc"', 'server.auth.password = "<redacted>"'],
    [
      'an inline table',
      'http_headers = { Authorization = "Basic abc", x = "y" }',
      'http_headers = { Authorization = "<redacted>", x = "y" }',
    ],
    ['JSON', '{"env": {"OPENAI_API_KEY": "abc", "A": "b"}}', '{"env": {"OPENAI_API_KEY": "<redacted>", "A": "b"}}'],
    ['our own key', 'experimental_bearer_token = "local-key-0123456789"', 'experimental_bearer_token = "<API key>"'],
    ['the name of a variable', 'env_key = "OPENAI_API_KEY"', 'env_key = "OPENAI_API_KEY"'],
    ['an empty value', 'token = ""', 'token = ""'],
  ])('hides %s', (_what, text, clean) => {
    expect(shown(text)).toBe(clean);
    expect(shown(text).split('\n')).toHaveLength(text.split('\n').length);
  });

  it.each([
    ['a text without quotes', 'apiKey: sk-abc def # old\nmodel: x', 'apiKey: "<redacted>"\nmodel: x'],
    ['one in a comment', '# openai-api-key: abc\nmodel: x', '# openai-api-key: "<redacted>"\nmodel: x'],
    ['a list below', 'api-key:\n- a=b\n- c=d\nmodel: x', 'api-key:"<redacted>"\n<redacted>\n<redacted>\nmodel: x'],
    ['a list further in', 'api-key: # mine\n  - a=b\n\nmodel: x', 'api-key: "<redacted>"\n<redacted>\n\nmodel: x'],
    ['a variable in a list', 'set-env:\n  - FOO_KEY=abc\n  - A=b', 'set-env:\n  - FOO_KEY="<redacted>"\n  - A=b'],
    [
      'a text of many lines',
      'secret: |\n  one\n\n  two\nx: 1',
      'secret: "<redacted>"\n<redacted>\n<redacted>\n<redacted>\nx: 1',
    ],
    ['a quoted text over lines', 'token: "one\n  two"\nx: 1', 'token: "<redacted>"\n<redacted>\nx: 1'],
    ['a member of an entry', '- name: a\n  apiKey: b\n  model: c', '- name: a\n  apiKey: "<redacted>"\n  model: c'],
    ['the first member of an entry', '- apiKey: b\n  model: c', '- apiKey: "<redacted>"\n  model: c'],
    ['one between braces', 'a: { apiKey: b, c: d }', 'a: { apiKey: "<redacted>", c: d }'],
    ['one at the end of braces', 'a: {c: d, token: [x, y]}', 'a: {c: d, token: "<redacted>"}'],
    [
      'our own beside others',
      'api-key:\n  - a=b\n  - local-key-0123456789',
      'api-key:"<redacted>"\n<redacted>\n<redacted>',
    ],
    ['our own', 'apiKey: "local-key-0123456789"\nb: c', 'apiKey: "<API key>"\nb: c'],
    ['an anchor', 'token: &t abc\nb: c', 'token: "<redacted>"\nb: c'],
  ])('of YAML hides %s', (_what, text, clean) => {
    const yaml = redactConfig(text, 'local-key-0123456789', redactor, true);
    expect(yaml).toBe(clean);
    expect(yaml.split('\n')).toHaveLength(text.split('\n').length);
  });

  it('hides the others of a list that holds our own key, too', () => {
    expect(shown('api_keys = ["sk-other", "local-key-0123456789"]')).not.toContain('sk-other');
  });

  it('is compared by what it says and shown without its secrets', () => {
    const before = 'a = 1\nsecret = """\nold one\nold two"""\nb = 2\n';
    const after = 'a = 1\nsecret = """\nnew one\nnew two"""\nb = 2\nmodel = "x"\n';
    const diff = showDiff('config.toml', before, after, shown);
    expect(diff).toContain('+model = "x"');
    expect(diff).toContain('-<redacted>');
    for (const part of ['old', 'new']) expect(diff).not.toContain(part);
    expect(showDiff('config.toml', before, before, shown)).toBe('');
  });
});

describe('random texts (seeded)', () => {
  it.each([redactedSecret, redactedJson])('hold what $name demands', async ({ run }) => {
    expect(await run({ seed: 7, maxInputs: 4_000, maxMs: 20_000 })).toMatchObject({ finding: null });
  });

  it('keep a cut JSON text from being anything else than before', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(60), (json, cut) => {
        const text = JSON.stringify({ cut: json.slice(0, cut), token: json });
        expect(() => JSON.parse(redactor.text(text))).not.toThrow();
      }),
      { seed: 11, numRuns: 3_000 },
    );
  });
});
