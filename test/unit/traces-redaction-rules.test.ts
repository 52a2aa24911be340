import { describe, expect, it } from 'vitest';
import { KnownTexts } from '../../src-main/core/traces/known-texts.ts';
import { isSecretName, Redactor } from '../../src-main/core/traces/redaction.ts';
import { redactEvents } from '../../src-main/core/traces/split-secrets.ts';

const mark = '<redacted>';

/** Redacts with these values known. */
const clean = (text: string, ...known: readonly string[]) => {
  const redactor = new Redactor();
  for (const value of known) redactor.addSecret(value);
  return redactor.text(text);
};

describe('a name', () => {
  const parts = [
    'token',
    'secret',
    'password',
    'passwd',
    'passphrase',
    'ticket',
    'cookie',
    'credential',
    'authorization',
    'api_key',
    'private_key',
    'access_key',
    'signing_key',
    'encryption_key',
  ];
  it.each(parts)('is a secret’s with %s anywhere in it', (part) => {
    const spellings = [part, `my_${part}`, `${part}_old`, `my-${part}-old`, part.toUpperCase(), part.replace('_', '.')];
    expect(spellings.filter((name) => !isSecretName(name))).toEqual([]);
  });

  it.each([
    ['pwd', true],
    ['db_pwd', true],
    ['pwd_path', false],
    ['auth', true],
    ['x-auth', true],
    ['x-auth-something', true],
    ['auth_flow', false],
    ['preauth', false],
    ['max-auth-age', false],
    ['code_verifier', true],
    ['code_verifier_old', false],
    ['my_code_verifier', false],
    ['device_code', true],
    ['device_codes', false],
    ['my_device_code', false],
    ['device_key', true],
    ['device_keys', false],
    ['a_device_key', false],
    ['chatgpt-account-id', true],
    ['x-oai-attestation', true],
    ['x-oai-request-id', false],
    ['chatgpt-account-ids', false],
    ['my-chatgpt-account-id', false],
    ['account_id', false],
  ])('%s is one as a whole or at its end alone: %s', (name, isSecret) => {
    expect(isSecretName(name)).toBe(isSecret);
  });

  it.each([
    ...[
      'tokens',
      'token_count',
      'token_limit',
      'token_budget',
      'token_type',
      'token_usage',
      'tokenizer',
      'token_ratio',
    ].map((name) => [name, `my_${name}_x`]),
    ...['auth_mode', 'auth_method', 'auth_type', 'auth_provider'].map((name) => [`x-${name}`, `x-${name}-x`]),
    ...['url', 'uri', 'endpoint', 'expires_at', 'expires_in', 'expiry', 'count', 'type', 'name'].map((end) => [
      `token_${end}`,
      `x_secret_${end}`,
    ]),
    ...['has', 'is', 'show', 'use', 'no'].flatMap((begin) =>
      ['token', 'secret', 'password', 'cookie', 'credential'].map((part) => [
        `${begin}_${part}`,
        `${begin}_${part}_now`,
      ]),
    ),
    ['x-codex-token', 'x-codex-secret-x'],
    ['secret_ref', 'secret_ref_x'],
  ])('%s and %s count or name what is one', (...names) => {
    expect(names.filter((name) => isSecretName(name))).toEqual([]);
  });

  it.each([
    'url_token',
    'my_has_token',
    'token_url_x',
    'hash_token',
    'a-x-codex-token',
    'my_secret_ref',
    'expiry_secret',
  ])('%s hides no such word at another place', (name) => expect(isSecretName(name)).toBe(true));
});

describe('a shape', () => {
  const head = 'eyJhbGciOi';
  it.each([
    [`${head}.payload.sign`, mark],
    [`${head}.payload.`, mark],
    [`${head}.pa.x`, mark],
    [`${head}.p.xyzuvw`, `${head}.p.xyzuvw`],
    [`${head}.payload`, `${head}.payload`],
    ['eyJabcde.payload.sign', mark],
    ['eyJabcd.payload.sign', 'eyJabcd.payload.sign'],
    [`before-${head}.payload.sign.after.${head}.payload.sign`, `before-${mark}.after.${mark}`],
    [`a.b.${head}.c.d`, `a.b.${head}.c.d`],
    [`a.${head}.cc.d.${head}.ee.f`, `a.${mark}.${mark}`],
    [`(${head}.payload.sign) and more`, `(${mark}) and more`],
    ['rt_12345678', mark],
    ['rt.12345678', mark],
    ['rt_1234567', 'rt_1234567'],
    ['part_12345678', 'part_12345678'],
    ['sk-12345678', mark],
    ['sk-proj-12345678_9', mark],
    ['sk-1234567', 'sk-1234567'],
    ['a task-12345678', 'a task-12345678'],
    ['Bearer abcd', `Bearer ${mark}`],
    ['Bearer abc', 'Bearer abc'],
    ['bearer  abcd', `bearer  ${mark}`],
    ['BEARER abcd;efgh', `BEARER ${mark};efgh`],
    ['forbearer abcd', 'forbearer abcd'],
    ['\\nsk-12345678', `\\n${mark}`],
    ['\\sk-12345678', '\\sk-12345678'],
    ...['\\n', '\\t', '\\r', '\\b', '\\f', '\\u0020', '\\u00aF', '\\\\n'].flatMap((before) =>
      [`rt_12345678`, 'sk-12345678', 'Bearer 12345678'].map((secret) => [
        `so${before}${secret}`,
        `so${before}${secret.startsWith('B') ? 'Bearer ' : ''}${mark}`,
      ]),
    ),
    ['\\rt_12345678', '\\rt_12345678'],
    ['\\\\sk-12345678', `\\\\${mark}`],
  ])('%s reads %s', (text, wanted) => {
    expect(clean(text)).toBe(wanted);
  });

  it('that only begins as a JWT is hidden to its end once it is known', () => {
    for (const value of [`${head}.payload.sign, and more`, `so: ${head}.payload.sign`])
      expect(clean(`<${value}>`, value)).toBe(`<${mark}>`);
  });
});

describe('an address or a parameter', () => {
  it.each([
    ['https://ann:pass@host/x', `https://${mark}@host/x`],
    ['HTTPS://ann@host', `HTTPS://${mark}@host`],
    ['socks5h://a:b@h and git+ssh://c@d', `socks5h://${mark}@h and git+ssh://${mark}@d`],
    ['mail ann@host', 'mail ann@host'],
    ['https://host/a@b', 'https://host/a@b'],
    ['https://a b@host', 'https://a b@host'],
    [`x://${'a'.repeat(9)}@h`, `x://${'a'.repeat(9)}@h`],
    [`https://${'a'.repeat(256)}@h`, `https://${mark}@h`],
    ['code=abc', `code=${mark}`],
    ['key=abc&x=1', `key=${mark}&x=1`],
    ['?code=abc', `?code=${mark}`],
    ['#x=1&KEY=abc#code=d', `#x=1&KEY=${mark}#code=${mark}`],
    ['a code=abc', 'a code=abc'],
    ['?codec=abc&keys=1&mycode=2', '?codec=abc&keys=1&mycode=2'],
    ['?access_token=abc&state=1', `?access_token=${mark}&state=1`],
    ['token=abc', `token=${mark}`],
    ['pwd=abc', `pwd=${mark}`],
    ['?token=', '?token='],
    ['?my_password=a"b', `?my_password=${mark}"b`],
    ["?password=a'b<c>d\\e f", `?password=${mark}'b<c>d\\e f`],
    [`?${'x'.repeat(36)}token=abc`, `?${'x'.repeat(36)}token=${mark}`],
    [`?1token=abc`, '?1token=abc'],
  ])('%s reads %s', (text, wanted) => {
    expect(clean(text)).toBe(wanted);
  });
});

describe('a member with a secret’s name', () => {
  it.each([
    ['{"token":"abc","a":1}', `{"token":"${mark}","a":1}`],
    ['{"token":"","a":1}', '{"token":"","a":1}'],
    ['{"token":"Bearer abc"}', `{"token":"Bearer ${mark}"}`],
    ['{"token":"a\\"b","a":1}', `{"token":"${mark}","a":1}`],
    ['{"token":"a\\\\","a":1}', `{"token":"${mark}","a":1}`],
    ['{"token" : "abc"}', `{"token" : "${mark}"}`],
    ['{"token"\r\n:\t"abc"}', `{"token"\r\n:\t"${mark}"}`],
    ['{"token":null,"secret":true}', '{"token":null,"secret":true}'],
    ['{"token":123456,"a":1}', `{"token":"${mark}","a":1}`],
    ['{"token":-123456.5e+3}', `{"token":"${mark}"}`],
    ['{"token":12345}', '{"token":12345}'],
    ['{"token":[1,["a"]],"a":1}', `{"token":"${mark}","a":1}`],
    ['{"token":{"a":{"b":1}},"a":1}', `{"token":"${mark}","a":1}`],
    ['{"token":{"a":"}"},"a":1}', `{"token":"${mark}","a":1}`],
    ['{"token":["]\\"]"],"a":1}', `{"token":"${mark}","a":1}`],
    ['{"token":[],"secret":{ },"a":1}', '{"token":[],"secret":{ },"a":1}'],
    ['{"token":[1', `{"token":"${mark}"`],
    ['{"token":{"a":"b', `{"token":"${mark}"`],
    ['{"token":"abc', `{"token":"${mark}`],
    ['{"token":[1]abc,"a":1}', `{"token":"${mark}","a":1}`],
    ['{"token":123456-x,"a":1}', `{"token":"${mark}","a":1}`],
    ['{"ab":"abc","to":"x"}', '{"ab":"abc","to":"x"}'],
    ['{"pwd":"abc"}', `{"pwd":"${mark}"}`],
    ['{"1token":"abc"}', '{"1token":"abc"}'],
    ['{\\"token\\":\\"abc\\",\\"a\\":1}', `{\\"token\\":\\"${mark}\\",\\"a\\":1}`],
    ['"{\\"token\\":[1,\\"a\\"],\\"a\\":1}"', `"{\\"token\\":\\"${mark}\\",\\"a\\":1}"`],
    ['"{\\"token\\":[1","a":1', `"{\\"token\\":\\"${mark}\\"","a":1`],
    ['"{\\"token\\":[\\"a","b":1', `"{\\"token\\":\\"${mark}\\"","b":1`],
    ['"{\\"token\\":\\"abc","b":1', `"{\\"token\\":\\"${mark}","b":1`],
    ['"{\\"token\\":123456}"', `"{\\"token\\":\\"${mark}\\"}"`],
    ['{\\\\\\"token\\\\\\":\\\\\\"a\\\\\\\\\\\\\\"b\\\\\\"}', `{\\\\\\"token\\\\\\":\\\\\\"${mark}\\\\\\"}`],
  ])('%s reads %s', (text, wanted) => {
    expect(clean(text)).toBe(wanted);
  });
});

describe('a value', () => {
  const redactor = new Redactor();
  it.each<[string, unknown, unknown]>([
    ['a number that may be a code', { token: 123_456, a: 123_456 }, { token: mark, a: 123_456 }],
    ['a count', { token: 12_345 }, { token: 12_345 }],
    ['broken numbers', { token: 1_234_567.5 }, { token: 1_234_567.5 }],
    [
      'all that a secret’s name stands over',
      { token: { a: ['b', 123_456], c: true } },
      { token: { a: [mark, mark], c: true } },
    ],
    [
      'what JSON has not',
      { a: undefined, b: () => {}, c: null, d: 1n, e: false },
      { a: null, b: null, c: null, d: null, e: false },
    ],
    ['names that hold one', { 'Bearer abcdefgh': 1 }, { [`Bearer ${mark}`]: 1 }],
  ])('%s', (_what, value, wanted) => {
    expect(redactor.value(value)).toEqual(wanted);
  });

  it('deeper than a stack is cut at 200, and no sooner', () => {
    const nested = (depth: number): unknown => (depth === 0 ? { a: 'end' } : [nested(depth - 1)]);
    expect(JSON.stringify(redactor.value(nested(200)))).toContain('{"a":"end"}');
    expect(JSON.stringify(redactor.value(nested(201)))).toContain('"…"');
    const objects = (depth: number): unknown => (depth === 0 ? {} : { a: objects(depth - 1) });
    expect(JSON.stringify(redactor.value(objects(201)))).toContain('"…"');
  });

  it('that comes again is looked at once, and told as before', () => {
    const repeated = redactor.repeatedText();
    expect([repeated('rt_12345678'), repeated('rt_12345678'), repeated('')]).toEqual([mark, mark, '']);
  });
});

describe('a known value', () => {
  it.each<[string, string, string]>([
    ['of eight characters', 'abcdefgh', 'x abcdefgh y'],
    ['with what a pattern reads', 'a.b*c+d?[e](f)|{g}\\^$/-', 'x a.b*c+d?[e](f)|{g}\\^$/- y'],
    ['escaped as JSON', 'ab"cd\\ef\n', 'x ab\\"cd\\\\ef\\n y'],
    ['with escaped slashes', 'ab/cd/efgh', 'x ab\\/cd\\/efgh y'],
    ['escaped beyond ASCII', 'äbcdefgh', 'x \\u00e4bcdefgh y'],
    ['percent-encoded', 'ab cd/efgh', 'x ab%20cd%2Fefgh y'],
    ['percent-encoded in small letters', 'ab cd/efgh', 'x ab%20cd%2fefgh y'],
    ['percent-encoded throughout', 'abcdefgh', 'x %61%62%63%64%65%66%67%68 y'],
    ['in hex', 'abcdefgh', 'x 6162636465666768 y'],
    ['in hex of capitals', 'jklmnopq', 'x 6A6B6C6D6E6F7071 y'],
    [
      'with every unit escaped',
      'abcdefgh',
      `x ${[...'abcdefgh'].map((unit) => `\\u00${unit.charCodeAt(0).toString(16)}`).join('')} y`,
    ],
    [
      'with line ends escaped',
      'ab\ncdefgh',
      `x ${[...'ab\ncdefgh'].map((unit) => `\\u00${unit.charCodeAt(0).toString(16).padStart(2, '0')}`).join('')} y`,
    ],
    ['in base64', 'abcdefg?>', `x ${Buffer.from('abcdefg?>').toString('base64')} y`],
    ['in base64url', 'abcdefg?>', `x ${Buffer.from('abcdefg?>').toString('base64url')} y`],
    ['that is no whole Unicode', 'abcdefg\ud800', 'x abcdefg\ud800 y'],
  ])('%s is hidden, and nothing beside it', (_what, value, text) => {
    expect(clean(text, value)).toBe(`x ${mark} y`);
  });

  it('in base64 keeps the padding that says nothing', () => {
    expect(clean(`x ${Buffer.from('abcdefgh').toString('base64')} y`, 'abcdefgh')).toBe(`x ${mark}= y`);
  });

  it('that another begins with is hidden as a whole', () => {
    expect(clean('abcdefgh-and-more', 'abcdefgh', 'abcdefgh-and-more')).toBe(mark);
  });

  it('of seven characters is none', () => {
    expect(clean('abcdefg', 'abcdefg')).toBe('abcdefg');
  });

  it.each([
    ['\\nbcdefgh', 'nbcdefgh', `\\n${mark}`],
    ['\\\\nbcdefgh', 'nbcdefgh', `\\\\${mark}`],
    ['\\u0041bcdefgh', 'u0041bcdefgh', `\\u0041${mark}`],
    ['\\u0041bcdefgh', '0041bcdefgh', `\\u0041${mark}`],
    ['\\u0041bcdefgh', '041bcdefgh', `\\u0041${mark}`],
    ['\\u0041bcdefgh', '1bcdefgh', `\\u0041${mark}`],
    ['\\u0041bcdefgh', 'bcdefgh', '\\u0041bcdefgh'],
    ['\\u0041bcdefghi', 'bcdefghi', `\\u0041${mark}`],
    ['u0041bcdefgh', '0041bcdefgh', `u${mark}`],
    ['\\\\u0041bcdefgh', '0041bcdefgh', `\\\\u${mark}`],
  ])('in %s leaves escapes whole: %s', (text, value, wanted) => {
    expect(clean(text, value)).toBe(wanted);
  });

  it('that ends with a backslash takes no escape with it', () => {
    expect(clean('abcdefgh\\"x', 'abcdefgh\\')).toBe(`${mark}\\"x`);
    expect(clean('abcdefgh\\\\x', 'abcdefgh\\\\')).toBe(`${mark}x`);
  });

  it('keeps the stand-in it had first, in any case where that is asked', () => {
    const texts = new KnownTexts('any');
    expect(texts.takeOut('Ann')).toBe('Ann');
    texts.add('Ann', 'one');
    expect(texts.takeOut('ann ANN Ann')).toBe('one one one');
    texts.add('ANN', 'two');
    texts.add('Anna', 'three');
    expect(texts.takeOut('ann anna')).toBe('one three');
    const exact = new KnownTexts('exact');
    exact.add('Ann', 'one');
    expect(exact.takeOut('ann Ann')).toBe('ann one');
  });

  it('is hidden wherever taking another out uncovers it', () => {
    expect(clean('{"a":"Bearer \\"token\\":\\"abc\\""}')).not.toContain('abc');
    expect(clean('https://a:b@cc://d:e@f')).not.toMatch(/[be]@/);
  });
});

describe('events', () => {
  const delta = (text: string, more: object = {}) =>
    JSON.stringify({
      type: 'response.output_text.delta',
      item_id: 'i',
      output_index: 0,
      content_index: 0,
      ...more,
      delta: text,
    });
  const split = (events: readonly string[], known?: readonly string[]) => redactEvents(events, new Redactor(), known);
  const textOf = (event: string | undefined) => JSON.parse(event ?? '{}').delta;

  it('lose the deltas that hold a part of a secret, and no other', () => {
    const events = ['so: ', 'rt_12', '345678', ' and on'].map((text) => delta(text));
    expect(split(events).map(textOf)).toEqual(['so: ', mark, mark, ' and on']);
  });

  it.each([
    ['another item', { item_id: 'j' }],
    ['another place', { output_index: 1 }],
    ['another part', { content_index: 1 }],
    ['another summary', { summary_index: 1 }],
    ['another kind', { type: 'response.reasoning.delta' }],
  ])('of %s are another text', (_what, more) => {
    const events = [delta('rt_12'), delta('345678', more)];
    expect(split(events)).toEqual(events);
  });

  it('of an Anthropic kind hold their text one deeper', () => {
    const events = ['rt_12', '345678'].map((text) =>
      JSON.stringify({ type: 'content_block.delta', index: 0, delta: { type: 'text_delta', text } }),
    );
    expect(split(events).map(textOf)).toEqual([mark, mark]);
  });

  it('that are no JSON, or no deltas, are redacted alone', () => {
    const events = [
      '{"type":"x.delta","delta":',
      '{"type":"x.delta"}',
      '[".delta"]',
      'rt_12345678',
      '{"a":"rt_12345678"}',
    ];
    expect(split(events)).toEqual([...events.slice(0, 3), mark, `{"a":"${mark}"}`]);
  });

  it('known before stay as they were told, unless later ones show more', () => {
    const events = [delta('rt_12'), delta('345678'), '{"a":1}'];
    expect(split(events.slice(2), ['as told'])).toEqual(['as told']);
    expect(split(events, ['first', 'second', 'third'])[2]).toBe('third');
    expect(textOf(split(events, ['first'])[0])).toBe(mark);
  });
});
