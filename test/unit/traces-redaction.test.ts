import { describe, expect, it } from 'vitest';
import { parseExactly } from '../../src-main/core/json-exact.ts';
import { Redactor } from '../../src-main/core/traces/redaction.ts';
import { seededRandom } from '../../src-main/simulator/seeded-random.ts';
import { slowness } from '../support/slowness.ts';
import { jwt } from './account-fixtures.ts';

const mark = '<redacted>';

describe('a text that hid nothing', () => {
  it('is looked through again once more is known to be secret', () => {
    const redactor = new Redactor();
    expect([redactor.text('word-of-mine'), redactor.text('word-of-mine')]).toEqual(['word-of-mine', 'word-of-mine']);
    redactor.addSecret('word-of-mine');
    expect(redactor.text('word-of-mine')).toBe(mark);
    expect(redactor.text('me@example.com')).toBe('me@example.com');
    redactor.addPersonal('me@example.com', 'someone');
    expect(redactor.headers([['x-from', 'me@example.com']])).toEqual([['x-from', 'someone']]);
  });
});

describe('redaction by name', () => {
  it.each([
    'Authorization',
    'proxy-authorization',
    'cookie',
    'Set-Cookie',
    'X-Api-Key',
    'chatgpt-account-id',
    'api_key',
    'apikey',
    'access_token',
    'refresh-token',
    'id_token',
    'client_secret',
    'password',
    'ticket',
    'accessToken',
    'apiKey',
    'controlToken',
    'code_verifier',
    'x-goog-api-key',
    'x-auth-token',
    'X-Auth-Key',
    'OPENAI_API_KEY',
    'AZURE_OPENAI_API_KEY',
    'my_secret_value',
    'clientSecret',
    'private_key',
    'privateKey',
    'AWS_SECRET_ACCESS_KEY',
    'passwd',
    'DB_PASSWD',
    'passphrase',
    'device_code',
    'deviceCode',
    'Session-Cookie',
  ])('hides the value of %s, as a header and as a member', (name) => {
    const redactor = new Redactor();
    expect(redactor.headers([[name, 'plain']])).toEqual([[name, mark]]);
    expect(redactor.value({ deep: [{ [name]: 'plain' }] })).toEqual({ deep: [{ [name]: mark }] });
  });

  it.each([
    'content-type',
    'originator',
    'session-id',
    'max_output_tokens',
    'input_tokens_details',
    'total_tokens',
    'x-codex-routing-hint',
    'prompt_cache_key',
    'max_tokens',
    'maxOutputTokens',
    'token_count',
    'tokenCount',
    'token_type',
    'token_endpoint',
    'has_password',
    'key',
    'keyboard',
    'author',
    'env_key',
  ])('shows the value of %s', (name) => {
    expect(new Redactor().headers([[name, 'plain']])).toEqual([[name, 'plain']]);
  });

  it('says of a bearer that it was one', () => {
    expect(new Redactor().headers([['authorization', 'Bearer abcdefgh']])).toEqual([
      ['authorization', `Bearer ${mark}`],
    ]);
  });
});

describe('redaction by shape', () => {
  it.each([
    ['a JWT', jwt({ sub: 'x' })],
    ['a JWT without a signature', `${jwt({ sub: 'x' }).split('.').slice(0, 2).join('.')}.`],
    ['a refresh token', 'rt_abcdefghijklmnop'],
    ['a refresh token of the other form', 'rt.1.AbCdEfGhIjKl'],
    ['an API key', 'sk-proj-abcdefgh12345678'],
  ])('hides %s wherever it stands', (_what, secret) => {
    const redactor = new Redactor();
    for (const text of [secret, `x ${secret} y`, `{"a":"${secret}"}`, `token=${secret}&b=1`, `(${secret})`]) {
      expect(redactor.text(text)).not.toContain(secret);
      expect(redactor.text(text)).toContain(mark);
    }
  });

  it('hides what follows Bearer and keeps the word', () => {
    expect(new Redactor().text('sent "Authorization: Bearer abc123" to')).toBe(
      `sent "Authorization: Bearer ${mark}" to`,
    );
  });

  it.each(['ask-me', 'the parts_of it', 'eyJ', 'risk-taking-and-more', 'Bearer of news', 'service_tier'])(
    'leaves ordinary text alone: %s',
    (text) => {
      expect(new Redactor().text(text)).toBe(text);
    },
  );
});

describe('redaction by name', () => {
  const secret = 'hunter2 "quoted" back\\slash\\';
  const inner = { password: secret, note: 'the "password":"', api_key: secret, n: 1, text: 'kept' };

  it.each([0, 1, 2, 3])('finds members of JSON that is a text in JSON, %i deep', (depth) => {
    let text = JSON.stringify(inner);
    for (let level = 0; level < depth; level += 1) text = JSON.stringify({ arguments: text, after: 'kept, too' });
    const clean = new Redactor().text(text);
    expect(clean).not.toContain('hunter2');
    expect(clean).not.toContain('slash');
    let read = JSON.parse(clean);
    for (let level = 0; level < depth; level += 1) {
      expect(read.after).toBe('kept, too');
      read = JSON.parse(read.arguments);
    }
    expect(read).toEqual({ ...inner, password: mark, api_key: mark });
  });

  it('hides a value whose end is not there', () => {
    expect(new Redactor().text('{"a":1,"password":"hunter2')).toBe(`{"a":1,"password":"${mark}`);
  });

  it.each(['curl -H "Authorization: Bearer abc123def" https://x', 'open "https://x/?code=abc123def"\nthen'])(
    'leaves JSON readable that quotes a secret: %s',
    (said) => {
      const clean = new Redactor().text(JSON.stringify({ said }));
      expect(JSON.parse(clean)).toEqual({ said: said.replace('abc123def', mark) });
    },
  );

  it.each(['"password" : "hunter2"', '"password"\t\n:  "hunter2"', '"OPENAI_API_KEY":"hunter2"'])(
    'hides the value of a member however it is spaced: %s',
    (member) => {
      const clean = new Redactor().text(`{${member}}`);
      expect(Object.values(JSON.parse(clean))).toEqual([mark]);
      expect(new Redactor().text(clean)).toBe(clean);
    },
  );

  it('leaves names alone that only count', () => {
    const text = '{"input":"{\\"max_tokens\\":\\"5\\",\\"text\\":\\"a\\"}"}';
    expect(new Redactor().text(text)).toBe(text);
  });
});

describe('the time it takes', () => {
  it.each([
    'eyJ',
    'eyJaaaaa.',
    'eyJaaaaaaaaa',
    'rt_',
    'rt.',
    'sk-',
    'Bearer ',
    'Bearer     ',
    '. ',
    'a',
    ' ',
    '\\',
    '"',
    '\\"',
    '"password":"',
    '"token":"\\',
    '"token"  ',
  ])('grows with the text, not with its square: %j over and over', (piece) => {
    const text = piece.repeat(30_000 / piece.length);
    const before = performance.now();
    new Redactor().text(text);
    expect(performance.now() - before).toBeLessThan(200 * slowness);
  });
});

describe('redaction by known value', () => {
  it('hides a value of any shape once it is known, and only then', () => {
    const redactor = new Redactor();
    expect(redactor.text('a local-key-0123 b')).toBe('a local-key-0123 b');
    redactor.addSecret('local-key-0123');
    expect(redactor.text('a local-key-0123 b local-key-0123')).toBe(`a ${mark} b ${mark}`);
    expect(redactor.headers([['x-custom', 'v=local-key-0123']])).toEqual([['x-custom', `v=${mark}`]]);
  });

  const known = 'pass/word+né 0123';
  it.each([
    ['base64', Buffer.from(known).toString('base64')],
    ['base64url', Buffer.from(known).toString('base64url')],
    ['hex', Buffer.from(known).toString('hex')],
    ['upper-case hex', Buffer.from(known).toString('hex').toUpperCase()],
    ['percent-encoded', encodeURIComponent(known)],
    ['percent-encoded in lower case', encodeURIComponent(known).replace(/%../g, (escaped) => escaped.toLowerCase())],
    ['JSON with slashes escaped', known.replaceAll('/', '\\/')],
    ['JSON in ASCII', known.replaceAll('é', '\\u00e9')],
  ])('hides a known value as %s', (_form, written) => {
    const redactor = new Redactor();
    redactor.addSecret(known);
    // What only fills base64 up tells nothing.
    expect(redactor.text(`a ${written} b`).replace('==', '').replace('=', '')).toBe(`a ${mark} b`);
  });

  it('puts a stand-in for what is personal', () => {
    const redactor = new Redactor();
    redactor.addPersonal('ann@example.test', '<e-mail>');
    expect(redactor.text('mail of ann@example.test.')).toBe('mail of <e-mail>.');
  });

  it('does not take null or a very short text for a secret, which would blot out everything', () => {
    const redactor = new Redactor();
    for (const value of [null, '', 'a', 'abc']) redactor.addSecret(value);
    expect(redactor.text('abc a null')).toBe('abc a null');
  });

  it.each([
    ['first', ['secret-abc', 'secret-abc-and-its-tail']],
    ['last', ['secret-abc-and-its-tail', 'secret-abc']],
  ])('leaves no rest of a secret that begins with another one, known %s', (_order, secrets) => {
    const redactor = new Redactor();
    for (const secret of secrets) redactor.addSecret(secret);
    expect(redactor.text('<secret-abc-and-its-tail>')).toBe(`<${mark}>`);
  });

  it('still knows the API key after many tokens have come and gone', () => {
    const redactor = new Redactor();
    redactor.addSecret('the-api-key-of-this-instance');
    for (let index = 0; index < 5_000; index += 1) redactor.addSecret(`token-number-${index}`);
    expect(redactor.text('the-api-key-of-this-instance')).toBe(mark);
  });
});

describe('redaction of values', () => {
  const redactor = new Redactor();

  it.each<[unknown, unknown]>([
    [
      { token: ['one', 'two'], n: 1, b: true, z: null },
      { token: [mark, mark], n: 1, b: true, z: null },
    ],
    [undefined, null],
    [() => 1, null],
    ['rt_abcdefghijkl', mark],
    [[{ message: 'Bearer abcdefg' }], [{ message: `Bearer ${mark}` }]],
  ])('makes JSON of %j', (value, expected) => {
    expect(redactor.value(value)).toEqual(expected);
  });

  it('keeps a number that has no room in JavaScript as it was written, unless its name is a secret', () => {
    const shown = redactor.value(parseExactly('{"n":12345678901234567890,"token":12345678901234567890}'));
    expect(JSON.stringify(shown)).toBe(`{"n":12345678901234567890,"token":"${mark}"}`);
  });

  it('hides what an error says, its stack included', () => {
    const shown = redactor.value({ error: new Error('refused rt_abcdefghijkl') });
    expect(JSON.stringify(shown)).toContain('refused <redacted>');
    expect(JSON.stringify(shown)).not.toContain('rt_abc');
  });
});

describe('random texts with secrets in them', () => {
  const alphabet = [...'abcXYZ019_-."\\/{}[]:, \nüΩ🐢'];

  it('never lets one through (2,000 samples)', () => {
    const random = seededRandom(42);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
    const noise = (length: number) => Array.from({ length }, () => pick(alphabet)).join('');
    const wordAlphabet = [...'abcdefghABCDEFGH0123456789_-'];
    const word = (length: number) => Array.from({ length }, () => pick(wordAlphabet)).join('');
    const leaks: unknown[] = [];
    for (let round = 0; round < 2_000; round += 1) {
      const redactor = new Redactor();
      const known = Array.from({ length: 1 + Math.floor(random() * 3) }, () => noise(8 + Math.floor(random() * 30)));
      for (const secret of known) redactor.addSecret(secret);
      const shaped = [jwt({ sub: word(12) }), `rt_${word(20)}`, `sk-${word(20)}`];
      const secrets = [...known, ...shaped];
      const text = Array.from({ length: 6 }, () => `${noise(Math.floor(random() * 12))} ${pick(secrets)} `).join('');
      const seen = [
        redactor.text(text),
        redactor
          .headers([['x', text]])
          .flat()
          .join(),
        JSON.stringify(redactor.value({ a: [text] })),
      ];
      for (const clean of seen) {
        const leaked = secrets.filter((secret) => clean.includes(secret));
        if (leaked.length > 0) leaks.push({ round, text, leaked });
      }
    }
    expect(leaks).toEqual([]);
  });
});
