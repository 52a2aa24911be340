/** Bodies that hold whoever works on them at once: what an attacker with the key sends, and what the official client can. */

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** A text that packs like an image in base64. */
function noise(chars: number, seed = 1): string {
  const bytes = Buffer.alloc(chars);
  let state = seed;
  for (let at = 0; at < chars; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[at] = letters.charCodeAt(state >>> 26);
  }
  return bytes.toString('latin1');
}

export interface LongBody {
  readonly what: string;
  readonly over: 'http' | 'ws';
  readonly path: string;
  readonly coding: 'none' | 'gzip' | 'zstd';
  /** So many at once. */
  readonly times: number;
  readonly text: () => Buffer;
}

const mega = 1_000_000;
/** About the longest body that is taken. */
const long = 50 * mega;
const responses = '/v1/responses';

function body(what: string, text: () => string, more: Partial<LongBody> = {}): LongBody {
  return { what, over: 'http', path: responses, coding: 'none', times: 1, text: () => Buffer.from(text()), ...more };
}

const asked = (input: string, more = '') => `{"model":"gpt-5.5","stream":true,"input":${input}${more}}`;
const said = (text: string, role = 'user') => `[{"role":"${role}","content":"${text}"}]`;
const list = (item: (index: number) => string, count: number) =>
  `[${Array.from({ length: count }, (_none, index) => item(index)).join(',')}]`;
const image = (chars: number) =>
  `[{"type":"message","role":"user","content":[{"type":"input_image","image_url":"data:image/png;base64,${noise(chars)}"}]}]`;
const chat = (messages: string) => `{"model":"gpt-5.5","stream":true,"messages":${messages}}`;
const claude = (messages: string) => `{"model":"gpt-5.5","stream":true,"max_tokens":99,"messages":${messages}}`;
const hi = '{"role":"user","content":"hi"}';

export const longBodies: readonly LongBody[] = [
  body('a text of 50 MB', () => asked(said('x'.repeat(long)))),
  body('a text of 50 MB in two scripts', () => asked(said('é☃'.repeat(long / 5)))),
  body('a text of 50 MB of line ends', () => asked(said('\\n'.repeat(long / 2)))),
  body('a text of 50 MB of escapes', () => asked(said('\\u2603'.repeat(long / 6)))),
  body('a text of 50 MB of quotes', () => asked(said('\\"'.repeat(long / 2)))),
  body('a text of 50 MB of a system message', () => asked(said('x'.repeat(long), 'system'))),
  body('an input that is a text of 50 MB', () => asked(`"${'x'.repeat(long)}"`)),
  body('instructions of 50 MB', () => asked('[]', `,"instructions":"${'x'.repeat(long)}"`)),
  body('a name of 50 MB', () => asked('[]', `,"${'x'.repeat(long)}":1`)),
  body('a name of 50 MB of escapes', () => asked('[]', `,"${'\\u0078'.repeat(long / 6)}":1`)),
  body('a number of 50 MB', () => asked('[]', `,"a":1${'0'.repeat(long)}`)),
  body('50 MB of white space', () => asked('[]', `,"a":${' '.repeat(long)}1`)),
  body('50 MB of arguments', () =>
    asked(`[{"type":"function_call","call_id":"c","name":"f","arguments":"${'[1,'.repeat(long / 3)}"}]`),
  ),
  body('50 MB sealed', () =>
    asked(`[{"type":"reasoning","summary":[],"encrypted_content":"gAAAA${'A'.repeat(long)}"}]`),
  ),
  body('49 texts of 1 MB', () => asked(list(() => `{"role":"user","content":"${'x'.repeat(mega)}"}`, 49))),
  body('4,000 texts of 12 KB', () => asked(list(() => `{"role":"user","content":"${'x'.repeat(12_000)}"}`, 4_000))),
  body('4,000 system messages of 12 KB', () =>
    asked(list(() => `{"role":"system","content":"${'x'.repeat(12_000)}"}`, 4_000)),
  ),
  body('99,000 items', () => asked(list(() => hi, 99_000))),
  body('19,900 items', () => asked(list(() => hi, 19_900))),
  body('19,900 items to mend', () =>
    asked(list((index) => `{"role":"system","id":"a${index}","content":"hi"}`, 19_900)),
  ),
  body('19,900 items with names twice', () =>
    asked(list(() => '{"role":"user","role":"user","content":"hi"}', 19_900)),
  ),
  body('19,900 names with escapes', () => asked(list(() => '{"r\\u006fle":"user","content":"hi"}', 19_900))),
  body('a million values', () => asked('[]', `,"a":${list(() => '0', 990_000)}`)),
  body('240,000 values', () => asked('[]', `,"a":${list(() => '0', 240_000)}`)),
  body('120,000 objects of other names', () => asked('[]', `,"a":${list((index) => `{"a${index}":0}`, 120_000)}`)),
  body('24 objects of 9,900 names', () =>
    asked(
      '[]',
      `,"a":${list((object) => `{${Array.from({ length: 9_900 }, (_none, index) => `"a${object}_${index}":0`).join(',')}}`, 24)}`,
    ),
  ),
  body('500 levels, 2,000 times', () =>
    asked('[]', `,"a":${list(() => `${'['.repeat(100)}${']'.repeat(100)}`, 2_400)}`),
  ),
  body('50 MB that is no JSON', () => `{"a":"${'x'.repeat(long)}`),
  body('50 MB of commas', () => ','.repeat(long)),
  body('a Chat text of 50 MB', () => chat(said('x'.repeat(long))), { path: '/v1/chat/completions' }),
  body('19,900 Chat messages', () => chat(list(() => hi, 19_900)), { path: '/v1/chat/completions' }),
  body('a text of 50 MB for Messages', () => claude(said('x'.repeat(long))), { path: '/v1/messages' }),
  body('19,900 messages', () => claude(list(() => hi, 19_900)), { path: '/v1/messages' }),
  body('50 MB to count the tokens of', () => claude(said('x y'.repeat(long / 3))), {
    path: '/v1/messages/count_tokens',
  }),
  body('49 MB in gzip', () => asked(said(noise(49 * mega))), { coding: 'gzip' }),
  body('40 bodies of 40 MB in gzip', () => asked(said(Buffer.alloc(40 * mega, 'abcdefghijklmnopq').toString())), {
    coding: 'gzip',
    times: 40,
  }),
  body('40 bodies of 40 MB that are no JSON, in gzip', () => 'ab'.repeat(long / 3), { coding: 'gzip', times: 40 }),
  body('200 bodies of 1 MB', () => asked(said('x'.repeat(mega))), { times: 200 }),
  body('20 bodies of 10 MB', () => asked(said('x'.repeat(10 * mega))), { times: 20 }),
  body('20 bodies of 10 MB in zstd', () => asked(said(noise(10 * mega))), { times: 20, coding: 'zstd' }),
  body('400 bodies of 120 KB', () => asked(said('x'.repeat(120_000))), { times: 400 }),
  body('a frame of 15 MB', () => asked(said('x'.repeat(15 * mega)), ',"type":"response.create"'), { over: 'ws' }),
  body('a frame of 30 MB', () => asked(said('x'.repeat(30 * mega)), ',"type":"response.create"'), { over: 'ws' }),
  body('as Codex sends: an image of 16 MB', () => asked(image(16 * mega)), { coding: 'zstd' }),
  body('as Codex sends: an image of 15 MB in a frame', () => asked(image(15 * mega), ',"type":"response.create"'), {
    over: 'ws',
  }),
  body(
    'as Codex sends: 5,000 items',
    () =>
      asked(
        list(
          (index) =>
            `{"type":"message","role":"user","content":[{"type":"input_text","text":"${noise(1_000, index)}"}]}`,
          5_000,
        ),
      ),
    { coding: 'zstd' },
  ),
];
