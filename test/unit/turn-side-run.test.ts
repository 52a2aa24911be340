import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { headerValue, type RawHeaders } from '../../src-main/core/headers.ts';
import type { TurnContext } from '../../src-main/core/turn/context.ts';
import type { SideRequest } from '../../src-main/core/turn/side-request.ts';
import { SideRun } from '../../src-main/core/turn/side-run.ts';
import type { RelayedAnswer, RelayedRequest } from '../../src-main/core/upstream/http-relay.ts';
import { SlipstreamError } from '../../src-main/shared/errors.ts';
import { noBackOff, refusingRefresher, turnRig } from './turn-rig.ts';

/** What upstream makes of one request. */
type Part = (asked: RelayedRequest) => RelayedAnswer;

const answers =
  (status: number, body: unknown = 'found', headers: RawHeaders = []): Part =>
  (asked) => {
    asked.sent({ reused: false, phases: [] });
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    return { kind: 'answered', status, headers, body: body instanceof Readable ? body : Readable.from([bytes]) };
  };
const refuses = (status: number, error: object = {}, headers: RawHeaders = []) => answers(status, { error }, headers);
const silent =
  (wasSent: boolean, cause: unknown = new Error('socket hang up')): Part =>
  () => ({ kind: 'unanswered', wasSent, cause });
const named = (code: string) => Object.assign(new Error(code), { code });
const usedUp = refuses(429, { type: 'usage_limit_reached', resets_at: 1_795_449_060 });

const session = '01a2091d-4658-7212-b4e9-cfeda846ce7d';

interface Options {
  readonly accounts?: string;
  readonly request?: Partial<SideRequest>;
  readonly context?: Partial<TurnContext>;
  /** Breaks the answer's way to the client. */
  readonly broken?: unknown;
}

/** A request under way, upstream's parts played in their order, and all that came of it. */
async function side(parts: readonly Part[], { accounts = 'ab', request, context, broken }: Options = {}) {
  const asked: RelayedRequest[] = [];
  const left = [...parts];
  const relay = async (question: RelayedRequest) => {
    asked.push(question);
    return (left.shift() ?? answers(200))(question);
  };
  const rig = await turnRig(accounts, { http: { relay } as unknown as TurnContext['http'], ...context });
  const told: { status?: number; headers?: RawHeaders; body?: string; error?: SlipstreamError } = {};
  const run = new SideRun(
    {
      method: 'POST',
      path: '/v1/alpha/search',
      upstreamPath: '/alpha/search?q=1',
      headers: [['originator', 'codex_exec']],
      body: { canReplay: true, read: () => Readable.from([Buffer.from('{}')]) },
      acceptedMs: 3,
      ...request,
    },
    {
      answer: async (status, headers, body) => {
        const chunks = await body.toArray();
        Object.assign(told, { status, headers, body: Buffer.concat(chunks).toString() });
        if (broken !== undefined) throw broken;
      },
      fail: (error) => {
        told.error = error;
        return { headers: [], frames: [] };
      },
    },
    rig.context,
  );
  const go = async () => {
    await run.run();
    return { ...rig, told, ids: asked.map(({ accountId }) => accountId), asked, watched: rig.told, run };
  };
  return { ...rig, run, told, go };
}

const played = async (parts: readonly Part[], options: Options = {}) => (await side(parts, options)).go();

describe('a request that is no turn', () => {
  it('goes up as the account’s, and its answer comes back without what belongs to its connection', async () => {
    const kept: RawHeaders = [
      ['content-type', 'text/plain'],
      ['x-te', 'a'],
      ['tes', 'b'],
      ['X-Codex-Primary-Used-Percent', '40'],
      ['x-codex-primary-window-minutes', '300'],
    ];
    const stays =
      'Connection,keep-alive,proxy-authenticate,TE,trailer,transfer-encoding,upgrade,set-cookie,alt-svc,strict-transport-security,access-control-allow-origin,x-codex-turn-state';
    const dropped = stays.split(',').map((name): [string, string] => [name, 'x']);
    const { told, asked, watched, accounts, running } = await played([answers(201, 'made', [...kept, ...dropped])]);
    expect(told).toEqual({ status: 201, headers: kept, body: 'made' });
    expect(asked).toMatchObject([
      { method: 'POST', url: 'http://upstream.test/codex/alpha/search?q=1', accountId: 'a' },
    ]);
    expect(headerValue(asked[0]?.headers ?? [], 'chatgpt-account-id')).toBe('workspace-a');
    expect(accounts.health('a').usage?.primary?.usedPercent).toBe(40);
    expect(watched).toMatchObject({
      begun: [
        {
          dialect: 'responses',
          clientTransport: 'http',
          kind: 'other',
          method: 'POST',
          path: '/v1/alpha/search',
          body: Buffer.alloc(0),
          model: '',
          tierAsked: null,
          acceptedMs: 3,
          bodyReadMs: 3,
        },
      ],
      marks: ['accountChosen', 'upstreamReady', 'requestSent', 'flushed'],
      accounts: ['a'],
      normalised: [{ profile: '', tierSent: null, model: '', modelHasTier: null }],
      committed: [201],
      attempts: [
        {
          transport: 'http',
          account: { id: 'a' },
          url: 'http://upstream.test/codex/alpha/search?q=1',
          isIncrement: false,
          body: Buffer.alloc(0),
          notes: ['connected', 'sent', 'ready 201'],
          ends: [{ status: 201, closeCode: null, error: null, said: null }],
        },
      ],
      ended: [['completed', null]],
    });
    expect(watched.begun[0]).not.toHaveProperty('keyName');
    expect([watched.begun[0]?.id, running]).toEqual([expect.stringMatching(/^[\w-]{36}$/), []]);
  });

  it('belongs to the conversation that its headers or its turn’s metadata name, and stays on its account', async () => {
    for (const headers of [
      [['session-id', session]],
      [['x-codex-turn-metadata', JSON.stringify({ session_id: session })]],
    ] as RawHeaders[]) {
      const { context, watched } = await played([usedUp], { request: { headers } });
      expect(watched.sessions).toEqual([session]);
      // The conversation's first account is not left for one that served a tool.
      expect([context.sessions.resolve(session).accountId, watched.accounts]).toEqual(['a', ['a', 'b']]);
    }
    const nameless = await played([]);
    expect(nameless.watched.sessions).not.toEqual([session]);
  });

  it('carries only a turn state that its account has issued', async () => {
    for (const isOwn of [true, false]) {
      const headers: RawHeaders = [['x-codex-turn-state', 'state']];
      const { go, context } = await side([], { request: { headers } });
      context.issuers.note('state', isOwn ? 'a' : 'b');
      const { asked, watched } = await go();
      expect(headerValue(asked[0]?.headers ?? [], 'x-codex-turn-state')).toBe(isOwn ? 'state' : null);
      const paths = watched.normalised[0]?.changes.map(({ path }) => path);
      expect(paths?.includes('headers.x-codex-turn-state')).toBe(!isOwn);
    }
  });

  it('of a key asks the key first, and is known by its name', async () => {
    const asks: string[] = [];
    const pass = (admitRelay: () => void) => ({
      name: () => 'ci',
      mayUse: () => true,
      mayAsk: () => true,
      check: () => {},
      admit: () => {},
      admitRelay,
    });
    const good = await played([], { request: { key: pass(() => void asks.push('asked')) } });
    expect([asks.length, good.run.keyName, good.watched.begun[0]?.keyName, good.told.status]).toEqual([
      1,
      'ci',
      'ci',
      200,
    ]);
    const refused = pass(() => {
      throw new SlipstreamError('key_expired');
    });
    const bad = await played([], { request: { key: refused } });
    expect([bad.ids, bad.told.error?.code, (await side([])).run.keyName]).toEqual([[], 'key_expired', null]);
  });

  it('without a body goes up without one', async () => {
    const { asked } = await played([], { request: { body: null } });
    expect(asked[0]?.body).toBeNull();
  });
});

describe('a refusal of such a request', () => {
  const scrub = (value: unknown) => JSON.parse(JSON.stringify(value).replaceAll('secret', '***'));

  it.each<[string, unknown, string]>([
    [
      'JSON',
      { error: { message: 'secret', code: 'c', param: 'p' } },
      '{"error":{"message":"***","code":"c","param":"p"}}',
    ],
    ['words', 'a secret', 'a ***'],
    ['words over the limit', 'x'.repeat(256 * 1024 + 1), ''],
    ['words of the limit', 'x'.repeat(256 * 1024), 'x'.repeat(256 * 1024)],
    [
      'what breaks off',
      new Readable({
        read() {
          this.destroy(new Error('gone'));
        },
      }),
      '',
    ],
  ])('is told without secrets: %s', async (_what, body, wanted) => {
    const { told, watched } = await played(
      [
        answers(422, body, [
          ['content-length', '9'],
          ['x-a', 'b'],
        ]),
      ],
      { context: { scrub } },
    );
    expect(told.body === wanted).toBe(true);
    expect([told.status, told.headers]).toEqual([
      422,
      [
        ['x-a', 'b'],
        ['content-length', String(wanted.length)],
      ],
    ]);
    expect([watched.committed, watched.ended]).toEqual([
      [422],
      [['failed', { code: 'upstream_refused', message: 'status 422' }]],
    ]);
  });

  it('is read out of its coding', async () => {
    const packed = gzipSync('{"error":{"message":"no","code":"c","param":"p"}}');
    const { told, watched } = await played([answers(422, packed, [['Content-Encoding', 'gzip']])]);
    expect([told.body, told.headers]).toEqual([expect.stringContaining('"no"'), [['content-length', '49']]]);
    expect(watched.attempts[0]?.ends).toEqual([
      {
        status: 422,
        closeCode: null,
        error: null,
        said: { code: 'c', message: 'no', param: 'p', closeCode: null, closeReason: null },
      },
    ]);
  });

  it('by status 400 is one, and 399 is no answer of its own', async () => {
    expect((await played([answers(400)])).watched.ended).toMatchObject([['failed', { message: 'status 400' }]]);
    expect((await played([answers(304, '')])).watched.ended).toEqual([['completed', null]]);
  });
});

describe('the accounts of a request that is no turn', () => {
  const deactivated = refuses(401, { code: 'account_deactivated', message: 'Gone.' });
  const ownKinds = (verdicts: readonly { readonly kind: string }[]) => verdicts.map(({ kind }) => kind);

  it.each<[string, readonly Part[], Options, readonly string[], unknown, readonly string[]]>([
    ['a refused token is renewed once', [refuses(401)], {}, ['a', 'a'], 200, ['a unauthorized_recovery']],
    ['and then another is asked', [refuses(401), refuses(401)], {}, ['a', 'a', 'b'], 200, ['a unauthorized_recovery']],
    [
      'or it is the account’s own trouble',
      [refuses(401), refuses(401)],
      { accounts: 'a' },
      ['a', 'a'],
      'account_signed_out',
      ['a unauthorized_recovery'],
    ],
    ['quota that is used up is another’s turn', [usedUp], {}, ['a', 'b'], 200, []],
    ['or is told', [usedUp], { accounts: 'a' }, ['a'], 429, []],
    ['so is a refusal', [refuses(403)], {}, ['a', 'b'], 200, []],
    ['which is told where all refuse', [refuses(403), refuses(403)], {}, ['a', 'b'], 403, []],
    ['an account that is gone is left', [deactivated], {}, ['a', 'b'], 200, []],
    ['and is no 401 for the client', [deactivated, deactivated], {}, ['a', 'b'], 'account_unusable', []],
    [
      'one in trouble is asked twice',
      [refuses(503), refuses(503)],
      { request: { method: 'GET' } },
      ['a', 'a'],
      503,
      [],
    ],
    [
      'each of them',
      [refuses(503), usedUp, refuses(503)],
      { request: { method: 'GET' } },
      ['a', 'a', 'b', 'b'],
      200,
      [],
    ],
    [
      'a body that is gone goes to none again',
      [usedUp],
      { request: { body: { canReplay: false, read: () => Readable.from([]) } } },
      ['a'],
      429,
      [],
    ],
    [
      'not for a new token either, which the next request gets',
      [refuses(401)],
      { request: { body: { canReplay: false, read: () => Readable.from([]) } } },
      ['a'],
      'upstream_refused',
      ['a unauthorized_recovery'],
    ],
    ['one without a body may', [usedUp], { request: { body: null } }, ['a', 'b'], 200, []],
  ])('%s', async (_what, parts, options, ids, wanted, renewals) => {
    const { ids: seen, told, renewed, running } = await played(parts, options);
    expect([seen, told.error?.code ?? told.status, renewed, running]).toEqual([ids, wanted, renewals, []]);
  });

  it.each<
    [
      string,
      Part,
      (health: { readonly cooldownUntil: number | null; readonly avoidUntil: number | null }) => unknown,
      readonly string[],
    ]
  >([
    ['a usage limit', usedUp, ({ cooldownUntil }) => cooldownUntil, []],
    ['haste', refuses(429, {}, [['retry-after', '60']]), ({ avoidUntil }) => avoidUntil, []],
    ['an end of the account', deactivated, () => 1_795_449_060_000, ['deactivated']],
    ['the place', refuses(403, { code: 'unsupported_country' }), () => 1_795_449_060_000, ['region']],
    ['what this path may not', refuses(403), () => 1_795_449_060_000, []],
    ['a plan, perhaps of this path', refuses(403, { code: 'usage_not_included' }), () => 1_795_449_060_000, []],
    [
      'a limit of some models',
      refuses(429, { type: 'usage_limit_reached', limit_id: 'spark' }),
      ({ cooldownUntil }) => cooldownUntil ?? 1_795_449_060_000,
      [],
    ],
  ])('are remembered for %s', async (_what, part, restsUntil, verdicts) => {
    const { accounts } = await played([part]);
    expect([restsUntil(accounts.health('a')), ownKinds(accounts.verdicts.of('a'))]).toEqual([
      1_795_449_060_000,
      verdicts,
    ]);
  });

  it('are not renewed where upstream will not take even a new token', async () => {
    const { go, accounts } = await side([refuses(401)]);
    accounts.verdicts.note('a', { kind: 'sign-in', scope: null, models: [], untilMs: null, words: '' });
    // Another is asked first now, so that this one is the last.
    accounts.verdicts.note('b', { kind: 'deactivated', scope: null, models: [], untilMs: null, words: '' });
    const { ids, renewed } = await go();
    expect([ids, renewed]).toEqual([['a'], []]);
  });

  it.each<[string, 'ready' | 'refresh', unknown, readonly string[], unknown]>([
    ['cannot be made ready', 'ready', new SlipstreamError('refresh_failed'), ['b'], 200],
    ['cannot be renewed', 'refresh', new SlipstreamError('refresh_failed'), ['a', 'b'], 200],
    ['meet a fault of ours', 'ready', new TypeError('ours'), [], 'internal'],
    ['meet a fault of ours in a renewal', 'refresh', new TypeError('ours'), ['a'], 'internal'],
  ])('that %s', async (_what, where, thrown, ids, wanted) => {
    const {
      ids: seen,
      told,
      log,
    } = await played([where === 'refresh' ? refuses(401) : answers(200)], {
      context: refusingRefresher(where, thrown),
    });
    expect([seen, told.error?.code ?? told.status]).toEqual([ids, wanted]);
    expect(log.lines.map(({ message, fields }) => [message, fields])).toEqual(
      wanted === 'internal' ? [['A request failed inside Slipstream.', { error: thrown }]] : [],
    );
  });

  it('that fail one after the other: the last one’s trouble is told', async () => {
    const refresher = {
      backOffUntilMs: noBackOff,
      ready: async () => {
        throw new SlipstreamError('refresh_failed');
      },
    };
    const { told } = await played([], { context: { refresher } as unknown as Partial<TurnContext> });
    expect(told.error?.code).toBe('refresh_failed');
  });
});

describe('a request that is no turn and gets no answer', () => {
  it.each<[string, string, readonly Part[], number, string, string]>([
    [
      'that may have been acted on',
      'POST',
      [silent(true)],
      1,
      'upstream_closed',
      'upstream.test gave no answer: socket hang up.',
    ],
    [
      'twice',
      'GET',
      [silent(true), silent(true)],
      2,
      'upstream_closed',
      'upstream.test gave no answer: socket hang up.',
    ],
    [
      'and never went out',
      'POST',
      [silent(false), silent(false)],
      2,
      'upstream_unreachable',
      'upstream.test could not be reached: socket hang up.',
    ],
    [
      'since its name is not known',
      'POST',
      [silent(false, named('ENOTFOUND')), silent(false, named('ENOTFOUND'))],
      2,
      'upstream_unresolved',
      'The name upstream.test',
    ],
    [
      'since its client broke off',
      'POST',
      [silent(true, new SlipstreamError('body_timeout'))],
      1,
      'body_timeout',
      'The request body',
    ],
    [
      'but a redirect',
      'POST',
      [answers(307)],
      1,
      'upstream_invalid',
      'Upstream answered with a redirect, which is not followed.',
    ],
  ])('%s', async (_what, method, parts, tries, code, message) => {
    const { told, ids, watched } = await played(parts, { request: { method } });
    expect([ids.length, told.error?.code]).toEqual([tries, code]);
    expect(told.error?.message.slice(0, message.length)).toBe(message);
    expect(watched.ended).toEqual([['failed', { code, message: told.error?.message }]]);
    if (parts.length === 1 && code !== 'upstream_invalid')
      expect(watched.attempts[0]?.ends).toMatchObject([
        { status: null, said: null, error: { code: 'upstream_unreachable' } },
      ]);
  });

  it('reads nothing of a redirect', async () => {
    const body = Readable.from([Buffer.from('x')]);
    await played([answers(302, body)]);
    expect(body.destroyed).toBe(true);
  });
});

describe('a request that is no turn and is ended', () => {
  it.each([
    ['client_gone', false, 'cancelled'],
    ['turn_stopped', true, 'cancelled'],
    ['stopping', true, 'failed'],
  ] as const)('for %s', async (why, isTold, status) => {
    const { run, go } = await side([
      (asked) => {
        run.abort(why);
        run.abort('client_gone');
        return answers(asked.signal.aborted ? 200 : 500)(asked);
      },
    ]);
    const { told, watched, running } = await go();
    expect([told.error?.code, told.status]).toEqual([isTold ? why : undefined, undefined]);
    expect([watched.ended, watched.committed, watched.marks.at(-1), running]).toEqual([
      [[status, { code: why, message: expect.any(String) }]],
      isTold ? [new SlipstreamError(why).status] : [],
      'flushed',
      [],
    ]);
  });

  it('by its client, by default', async () => {
    const { run, go } = await side([
      (asked) => {
        run.abort();
        return answers(200)(asked);
      },
    ]);
    expect((await go()).watched.ended).toMatchObject([['cancelled', { code: 'client_gone' }]]);
  });

  it('where its answer breaks off, and upstream is let go', async () => {
    const broken = new SlipstreamError('upstream_closed', { message: 'broke' });
    const { told, asked, watched, log } = await played([], { broken });
    expect([told.error?.message, asked[0]?.signal.aborted, log.lines]).toEqual(['broke', true, []]);
    expect(watched.ended).toEqual([['failed', { code: 'upstream_closed', message: 'broke' }]]);
    const ours = await played([], { broken: new TypeError('ours') });
    expect([ours.told.error?.code, ours.log.lines.length]).toEqual(['internal', 1]);
  });
});
