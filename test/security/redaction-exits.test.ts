/** Canaries: secrets put wherever a turn can carry one, and looked for in everything that leaves the core. */

import { describe, expect, it } from 'vitest';
import { compareTraces } from '../../src-main/core/traces/compare.ts';
import { curlCommand } from '../../src-main/core/traces/curl.ts';
import { HarPart } from '../../src-main/core/traces/har.ts';
import { PayloadReader } from '../../src-main/core/traces/payload-reader.ts';
import { Recorder } from '../../src-main/core/traces/recorder.ts';
import { Redactor } from '../../src-main/core/traces/redaction.ts';
import { MemoryTraceStore } from '../../src-main/core/traces/store/memory-store.ts';
import { StoreWriter } from '../../src-main/core/traces/store/store-writer.ts';
import type { EndedExchange } from '../../src-main/core/traces/store/trace-store.ts';
import { createLog } from '../../src-main/node/log.ts';
import type { RawHeader } from '../../src-main/shared/model.ts';
import { othersWords } from '../../src-main/shared/words/told-text.ts';
import { seededRandom } from '../../src-main/simulator/seeded-random.ts';
import { recordingLog } from '../support/host.ts';
import { jwt } from '../unit/account-fixtures.ts';
import { fakeClock } from '../unit/fake-clock.ts';

const secretsPerTurn = 20;
const turns = 500;

const random = seededRandom(99);
const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
const letters = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'];
const word = (least: number, most: number, alphabet = letters) =>
  Array.from({ length: least + Math.floor(random() * (most - least)) }, () => pick(alphabet)).join('');

/** A secret that is caught by its shape, by being known, or by the name beside it. */
type Kind = 'known' | 'personal' | 'jwt' | 'refresh' | 'key' | 'named';

function makeSecret(kind: Kind, redactor: Redactor): string {
  switch (kind) {
    case 'known': {
      const secret = word(12, 60, [...letters, ...'-_.~+/=!@#$%^&*()\\"\'']);
      redactor.addSecret(secret);
      return secret;
    }
    case 'personal': {
      const mail = `${word(4, 12)}@${word(4, 10)}.example`;
      redactor.addPersonal(mail, '<e-mail>');
      return mail;
    }
    case 'jwt':
      return jwt({ sub: word(10, 30) });
    case 'refresh':
      return `rt_${word(20, 60)}`;
    case 'key':
      return `sk-${word(20, 60)}`;
    case 'named':
      return word(16, 40);
  }
}

const secretNames = ['access_token', 'refresh_token', 'apiKey', 'client_secret', 'x-api-key', 'password'];

const everyByteEncoded = (text: string) => Buffer.from(text).toString('hex').replace(/../g, '%$&');

interface Planted {
  readonly headers: RawHeader[];
  readonly members: Record<string, unknown>;
  readonly texts: string[];
  readonly url: string;
  readonly secrets: string[];
}

function plant(redactor: Redactor): Planted {
  const planted: Planted & { url: string } = {
    headers: [],
    members: {},
    texts: [],
    url: '/v1/responses?a=1',
    secrets: [],
  };
  for (let index = 0; index < secretsPerTurn; index += 1) {
    const kind = pick<Kind>(['known', 'personal', 'jwt', 'refresh', 'key', 'named']);
    const secret = makeSecret(kind, redactor);
    planted.secrets.push(secret);
    if (kind === 'named') {
      const name = pick(secretNames);
      const place = pick(['header', 'member', 'text', 'url']);
      if (place === 'header') planted.headers.push([name, secret]);
      else if (place === 'member') planted.members[`level-${index}`] = { [name]: secret };
      // Arguments of a tool, and what it answered, are JSON as a text.
      else if (place === 'text') planted.members[`level-${index}`] = { arguments: JSON.stringify({ [name]: secret }) };
      else planted.url += `&${name}=${encodeURIComponent(secret)}`;
      continue;
    }
    const place = pick(['header', 'member', 'url', 'encoded url', 'text']);
    if (place === 'header') planted.headers.push([`x-thing-${index}`, `a ${secret} b`]);
    else if (place === 'member') planted.members[`m${index}`] = [{ deep: `x ${secret} y` }];
    else if (place === 'url') planted.url += `&q${index}=${encodeURIComponent(secret)}`;
    else if (place === 'encoded url') planted.url += `&q${index}=${everyByteEncoded(secret)}`;
    else planted.texts.push(secret);
  }
  return planted;
}

/** One exchange with secrets everywhere, and all that would leave the core of it. */
async function exitsOf({ headers, members, texts, url, secrets }: Planted, redactor: Redactor): Promise<string[]> {
  const clock = fakeClock();
  const recorder = new Recorder({
    clock,
    log: recordingLog(),
    redactor,
    clientLabel: () => texts.join(' ') || 'curl',
  });
  const said = { ...members, input: texts.join(' and ') };
  const id = word(8, 9);
  const watch = recorder.begin({
    id,
    dialect: 'responses',
    clientTransport: 'http',
    kind: 'turn',
    method: 'POST',
    path: url,
    headers,
    body: Buffer.from(JSON.stringify({ model: 'gpt-5.5', ...said })),
    parsed: {
      client_metadata: {
        'x-codex-turn-metadata': JSON.stringify({
          agent_name: texts[0],
          parent_thread_id: texts[1],
          thread_source: url,
        }),
      },
    },
    model: texts[0] ?? 'gpt-5.5',
    tierAsked: texts[1] ?? null,
    acceptedMs: 0,
    bodyReadMs: 0,
  });
  watch.session('session');
  const trouble = { code: 'upstream_refused', message: `refused: ${texts.join(', ')} at ${url}` };
  const words = {
    code: texts[0] ?? null,
    message: texts.join(' ').repeat(40),
    param: texts[2] ?? null,
    closeCode: 1011,
    closeReason: url,
  };
  watch.normalised({
    profile: '0.169',
    tierSent: null,
    model: 'gpt-5.5',
    changes: [
      { step: 'tier', path: `body.${texts[0] ?? 'x'}`, action: 'set', why: othersWords(`${texts.join(' ')} was sent`) },
    ],
    fields: [],
    modelHasTier: null,
  });
  const attempt = watch.attempt({
    transport: 'ws',
    account: { id: 'one', label: 'a…' },
    url: `https://chatgpt.com${url}`,
    isIncrement: false,
    headers: [...headers, ['authorization', `Bearer ${secrets[0]}`]],
    body: Buffer.from(JSON.stringify({ type: 'response.create', ...said })),
  });
  attempt.connected({ reused: false, phases: [] });
  attempt.ready({ reused: false, status: 101, headers: [...headers, ['set-cookie', secrets[1] ?? '']] });
  const event = Buffer.from(JSON.stringify({ type: 'response.output_text.delta', delta: texts.join(' '), ...members }));
  watch.frame('upstream-in', 'response.output_text.delta', event.length, event);
  watch.frame('upstream-in', texts[2] ?? 'response.done', event.length, event);
  attempt.ended({ status: null, closeCode: 1011, error: trouble, said: words });
  const told = Buffer.from(JSON.stringify({ error: { message: trouble.message, ...members } }));
  watch.frame('client-out', 'body', told.length, told);
  watch.committed(502, [...headers, ['content-type', 'application/json']]);
  const exits: string[] = [JSON.stringify(recorder.detail(id)), JSON.stringify(recorder.rows())];
  const reader = new PayloadReader(recorder, new MemoryTraceStore(), redactor);
  for (const part of ['client', 'upstream', 1, 2, 3] as const)
    exits.push(JSON.stringify(await reader.text({ id, part, offset: 0 })));
  exits.push(JSON.stringify(await reader.payloads({ id, from: 0, which: 'all' })));
  const stored: EndedExchange[] = [];
  const memory = new MemoryTraceStore();
  const store = Object.assign(Object.create(memory), { add: (exchange: EndedExchange) => stored.push(exchange) });
  const writer = new StoreWriter({ store, recorder, clock, log: recordingLog(), keepsBodies: () => true });
  recorder.onEnded((exchange) => writer.note(exchange));
  watch.ended('failed', trouble);
  writer.flush();
  const detail = recorder.detail(id);
  if (detail === null || stored.length !== 1) throw new Error('nothing was recorded');
  const frames = recorder.exchange(id)?.frames() ?? [];
  const har = new HarPart({ version: '1', baseUrl: 'http://127.0.0.1:1', withBodies: true, redactor });
  har.add({ detail, frames, isCodex: true });
  const lines: string[] = [];
  const log = createLog({
    level: 'debug',
    redact: (fields) =>
      Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, redactor.value(value, name)])),
    write: (line) => lines.push(line),
  });
  log.error('A turn failed.', { error: new Error(trouble.message, { cause: new Error(texts.join(' ')) }), ...members });
  exits.push(
    JSON.stringify(detail),
    JSON.stringify(stored),
    har.finished().text,
    curlCommand(detail, 'http://127.0.0.1:1', detail.clientRequest.body),
    JSON.stringify(compareTraces(detail, { ...detail, attempts: [] })),
    ...lines,
  );
  return exits;
}

describe('10,000 generated secrets', () => {
  it('in headers, bodies, URLs, errors and frames leave the core nowhere', { timeout: 120_000 }, async () => {
    let planted = 0;
    for (let turn = 0; turn < turns; turn += 1) {
      const redactor = new Redactor();
      const canaries = plant(redactor);
      const exits = await exitsOf(canaries, redactor);
      for (const secret of canaries.secrets) {
        planted += 1;
        // As it is, as JSON writes it once and twice, and as a URL does.
        const once = JSON.stringify(secret).slice(1, -1);
        const forms = new Set([secret, once, JSON.stringify(once).slice(1, -1), encodeURIComponent(secret)]);
        for (const form of forms) {
          const leaks = exits.flatMap((exit, index) =>
            exit.includes(form)
              ? [
                  `exit ${index}: …${exit.slice(Math.max(0, exit.indexOf(form) - 60), exit.indexOf(form) + form.length)}`,
                ]
              : [],
          );
          expect(leaks).toEqual([]);
        }
      }
    }
    expect(planted).toBe(10_000);
  });
});
