import { describe, expect, it } from 'vitest';
import { codex } from '../../src-main/clients/codex.ts';
import { continueClient } from '../../src-main/clients/continue.ts';
import { removeJsoncValue, setJsoncValue } from '../../src-main/clients/jsonc-edit.ts';
import { opencode } from '../../src-main/clients/opencode.ts';
import { qwenCode } from '../../src-main/clients/qwen-code.ts';
import { redactConfig, showDiff } from '../../src-main/clients/shown.ts';
import { readUnverifiedClaims } from '../../src-main/core/accounts/claims.ts';
import { parseSignInFile } from '../../src-main/core/accounts/sign-in-file.ts';
import { MessagesTranslator } from '../../src-main/core/dialects/messages/events.ts';
import { estimateText } from '../../src-main/core/dialects/text-tokens.ts';
import { ToolNames } from '../../src-main/core/dialects/tool-names.ts';
import { looksEncrypted } from '../../src-main/core/encrypted-reasoning.ts';
import { isSendable } from '../../src-main/core/headers.ts';
import { clientKind } from '../../src-main/core/normalise/client-kind.ts';
import { applyEdits } from '../../src-main/core/normalise/edits.ts';
import { checkKey, splitPathKey } from '../../src-main/core/server/guard.ts';
import { Redactor } from '../../src-main/core/traces/redaction.ts';
import { affinityKey } from '../../src-main/core/turn/affinity.ts';
import { refusalFromResponse, retryAfterMs } from '../../src-main/core/turn/refusal.ts';
import { readEvents } from '../../src-main/core/upstream/http.ts';
import { makeEvent, parseEvent, wireEvent } from '../../src-main/core/wire-event.ts';
import { readDesktopOptions } from '../../src-main/electron/arguments.ts';
import { parseBaseUrl } from '../../src-main/node/options.ts';
import { apiBaseUrl } from '../../src-main/shared/client-snippets.ts';
import { turnMatcher } from '../../src-main/shared/trace-filter.ts';
import { parseRoute } from '../../src-renderer/lib/route.ts';
import { chatFrom, messagesFrom } from '../support/read-texts.ts';
import { repeated, worstPieces } from '../support/worst-texts.ts';

/** Long enough for a square to stand out by far: a step of half a nanosecond for each pair of characters takes 32 ms here. */
const longChars = 256 * 1024;
/** A quarter of the largest configuration file that is read: what is put around a line of it makes up for that. */
const configChars = 64 * 1024;
/** In YAML each line is dearer. */
const yamlChars = 32 * 1024;
const target = { baseUrl: 'http://127.0.0.1:2575', apiKey: 'local-key-0123456789abcdef', models: [] };
const context = { headers: [], efforts: () => null, offered: () => [] };
const origin = { upstream: 'https://upstream.test', issuer: 'https://issuer.test' };

const redactor = new Redactor();
redactor.addSecret('a-secret-that-is-known');
const translator = () =>
  new MessagesTranslator({
    model: 'm',
    names: new ToolNames(),
    showsThinking: true,
    keepsAnswer: true,
    inputTokens: () => 1,
  });

type Reader = (text: string) => unknown;

const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const chat = (content: string) => ({ model: 'm', messages: [{ role: 'user', content }] });

/** Whatever reads a text that somebody else wrote. */
const readers: readonly [what: string, read: Reader, chars?: number][] = [
  ['an event', (text) => wireEvent(Buffer.from(text))],
  ['an event with the text in it', (text) => parseEvent(json({ type: text }))],
  ['an edit of a body', (text) => applyEdits(json({ a: text, [text]: 1 }), new Map([['a', null]]))],
  ['a sign-in file', (text) => parseSignInFile(text, origin, 0)],
  ['the claims of a token', (text) => readUnverifiedClaims(text)],
  ['config.toml', (text) => codex.file?.plan(text, 'provider', target), configChars],
  ['a value of config.toml', (text) => codex.file?.plan(`a = ${JSON.stringify(text)}\n`, 'login', target), configChars],
  ['opencode.json', (text) => opencode.file?.plan(text, 'provider', target), configChars],
  ['a value of config.yaml', (text) => continueClient.file?.plan(`a: ${text}\n`, 'config', target), yamlChars],
  ['settings.json of Qwen Code', (text) => qwenCode.file?.plan(`{"a":[${text}]}`, 'settings', target), configChars],
  ['settings with comments', (text) => removeJsoncValue(setJsoncValue(`{${text}}`, ['a'], 1), ['a']), configChars],
  ['a comment in settings', (text) => setJsoncValue(`{"a":1 /*${text}*/\n}`, ['b'], 1), configChars],
  ['a shown change', (text) => showDiff('file', text, `${text}\nmore\n`, (each) => each), configChars],
  ['a shown configuration', (text) => redactConfig(text, target.apiKey, redactor)],
  ['a shown YAML file', (text) => redactConfig(text, target.apiKey, redactor, true)],
  ['a redacted text', (text) => redactor.text(text)],
  ['a redacted body', (text) => redactor.value({ text, [text]: 1 })],
  ['a Chat body', (text) => chatFrom(Buffer.from(text))],
  ['a Chat message', (text) => chatFrom(json(chat(text)))],
  ['a Messages body', (text) => messagesFrom(Buffer.from(text), context)],
  ['a Messages message', (text) => messagesFrom(json({ ...chat(text), max_tokens: 9 }), context)],
  [
    'an answer for Messages',
    (text) => translator().event(makeEvent({ type: 'response.output_text.delta', delta: text })),
  ],
  ['an estimate of tokens', (text) => estimateText(text)],
  ['the name of a tool', (text) => new ToolNames().wire(text)],
  ['encrypted reasoning', (text) => looksEncrypted(`gAAAA${text}`)],
  ['a header', (text) => isSendable([text, text])],
  ['a user agent', (text) => clientKind([['user-agent', text]])],
  ['a bearer', (text) => checkKey([['authorization', `Bearer ${text}`]], null, { apiKey: 'key', find: () => null })],
  ['a path with a key', (text) => splitPathKey(`/k/${text}`)],
  ['a session', (text) => affinityKey([['session-id', text]], { prompt_cache_key: text })],
  ['a refusal', (text) => retryAfterMs(refusalFromResponse(400, [], JSON.stringify({ error: { message: text } })))],
  ['an address of upstream', (text) => parseBaseUrl(`https://upstream.test/${text}`)],
  ['an address of ours', (text) => apiBaseUrl(text)],
  ['the command line', (text) => readDesktopOptions([`--${text}`, text], () => {})],
  ['the address of a page', (text) => parseRoute(`#/requests?q=${text}&${text}`)],
  ['a search', (text) => turnMatcher({ text })],
];

/** How often a measurement is repeated before it counts against a reader: memory is tidied up when it must. */
const tries = 4;
/** A measurement shorter than this says nothing about growth. */
const noiseMs = 32;
/** Four times the text takes four times the time; sixteen times is what the square takes. */
const greatestGrowth = 8;

/** Every piece is tried on a text of this length, the dearest on the whole one. */
const screenedChars = 8 * 1024;
const dearestPieces = 4;

/** In steps of so much the processor's time may be told. */
const stepMs = 4;

interface Spent {
  /** The processor's time of this thread: what else the machine does is not in it. */
  readonly usedMs: number;
  /** The clock's, which is exact, and never shorter. */
  readonly clockMs: number;
}

function clocks(): Spent {
  const { user, system } = process.threadCpuUsage();
  return { usedMs: (user + system) / 1_000, clockMs: performance.now() };
}

const since = (start: Spent): Spent => {
  const now = clocks();
  return { usedMs: now.usedMs - start.usedMs, clockMs: now.clockMs - start.clockMs };
};

function timed(read: Reader, text: string): Spent {
  const start = clocks();
  try {
    read(text);
  } catch {
    // To refuse a text is an answer, too.
  }
  return since(start);
}

/** The longest that it can have been; what was used is the shortest. */
const longestMs = ({ usedMs, clockMs }: Spent) => Math.min(clockMs, usedMs + stepMs);

/** Whether four times the text takes much more than four times the time. What it takes is never told too long, what a quarter takes never too short. */
const isSlow = (wholeMs: number, quarterMs: number) => wholeMs >= noiseMs && wholeMs > greatestGrowth * quarterMs;

function slownessOf(read: Reader, piece: string, size: number, most = tries): string | null {
  const [quarter, whole] = [repeated(piece, size / 4), repeated(piece, size)];
  let wholeMs = timed(read, whole).usedMs;
  if (wholeMs < noiseMs) return null;
  let quarterMs = longestMs(timed(read, quarter));
  for (let again = 1; again < most && isSlow(wholeMs, quarterMs); again += 1) {
    wholeMs = Math.min(wholeMs, timed(read, whole).usedMs);
    quarterMs = Math.min(quarterMs, longestMs(timed(read, quarter)));
  }
  return isSlow(wholeMs, quarterMs)
    ? `${JSON.stringify(piece)} repeated: ${size} characters take ${wholeMs.toFixed(0)} ms, a quarter of them ${quarterMs.toFixed(0)} ms`
    : null;
}

/** A long text may go another way than a short one, which is a step and no growth: what grows too fast does so beyond it, too. */
const growthOf = (read: Reader, piece: string, size: number, most = tries): string | null =>
  slownessOf(read, piece, size, most) === null ? null : slownessOf(read, piece, 4 * size, most);

/** One that all pieces together take longer for need not be read twice to see which is the dearest. */
const clearMs = 150;

/**
 * The pieces that a reader takes longest for, by a shorter text: where it is slow at all, it is so for these. By the clock and
 * the shorter of two times: a thousandth of a millisecond counts here, which the processor's time does not tell.
 */
function dearest(read: Reader, size: number): readonly string[] {
  const pieces = worstPieces.map((piece) => ({ piece, ms: Number.POSITIVE_INFINITY }));
  for (let round = 0; round < 2; round += 1) {
    const start = clocks();
    for (const each of pieces) each.ms = Math.min(each.ms, timed(read, repeated(each.piece, size)).clockMs);
    if (since(start).usedMs > clearMs) break;
  }
  return pieces
    .toSorted((one, other) => other.ms - one.ms)
    .slice(0, dearestPieces)
    .map(({ piece }) => piece);
}

describe('the worst repeated characters take linear time', () => {
  it.each(readers.map(([what, read, chars = longChars]) => ({ what, read, chars })))(
    'in $what',
    { timeout: 120_000 },
    ({ read, chars }) => {
      const pieces = dearest(read, screenedChars);
      // A short text first: the square of a long one may take minutes.
      expect(pieces.flatMap((piece) => growthOf(read, piece, chars / 16) ?? [])).toEqual([]);
      expect(pieces.flatMap((piece) => growthOf(read, piece, chars) ?? [])).toEqual([]);
    },
  );

  it('in a stream of events', async () => {
    const slow: string[] = [];
    for (const piece of ['data:', 'data:x\n', '\r\n', ' \n', ':\n', 'a', '"']) {
      const times: Spent[] = [];
      for (const chars of [longChars / 8, longChars / 2]) {
        const bytes = Buffer.from(repeated(piece, chars));
        const start = clocks();
        await readEvents(
          (async function* () {
            for (let at = 0; at < bytes.length; at += 1_024) yield bytes.subarray(at, at + 1_024);
          })(),
          () => {},
          () => undefined,
        );
        times.push(since(start));
      }
      const [quarter, whole] = times;
      if (quarter && whole && isSlow(whole.usedMs, longestMs(quarter))) slow.push(JSON.stringify({ piece, times }));
    }
    expect(slow).toEqual([]);
  });

  it('which a reader that takes the square of it would not pass', () => {
    const read: Reader = (text) => text.replace(/\/+$/, '');
    let found: string | null = null;
    // What else runs may hide it once, and a faster machine shows it in a longer text only.
    for (const chars of [8, 8, 12, 16, 24, 32]) found ??= growthOf(read, '/', chars * 1024, 1);
    expect(found).toContain('a quarter of them');
  });

  it('which a step in the way of one that is linear does not fail', () => {
    const read: Reader = (text) => {
      const until = clocks().usedMs + (text.length > longChars / 2 ? 60 : 0);
      while (clocks().usedMs < until);
    };
    expect(slownessOf(read, 'a', longChars, 1)).not.toBeNull();
    expect(growthOf(read, 'a', longChars, 1)).toBeNull();
  });
});
