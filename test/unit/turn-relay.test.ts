import { describe, expect, it, vi } from 'vitest';
import type { JsonObject } from '../../src-main/core/json.ts';
import { silentExchange } from '../../src-main/core/silent-watcher.ts';
import { Relay } from '../../src-main/core/turn/relay.ts';
import { makeEvent, readEvent, type WireEvent } from '../../src-main/core/wire-event.ts';
import { fakeClock } from './fake-clock.ts';

type Told = JsonObject & { readonly type: string };

const created = { type: 'response.created', response: { id: 'r', model: 'm' } };
const delta = { type: 'response.output_text.delta', delta: 'x' };
const item = (text: string) => ({ type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] });
const itemDone = (text: string) => ({ type: 'response.output_item.done', item: item(text) });
const completed = (more: JsonObject = {}) => ({
  type: 'response.completed',
  response: { id: 'r', status: 'completed', ...more },
});
const failed = (code: string) => ({
  type: 'response.failed',
  response: { id: 'r', status: 'failed', error: { code, message: 'no' } },
});

interface Options {
  readonly renamesDone?: boolean;
  readonly failuresAsErrors?: boolean;
  readonly completesOutput?: boolean;
  readonly breaks?: 'open' | 'wait';
  readonly ownMs?: number;
}

/** A relay, and all that its client, its watcher and its turn were told. */
function relayed(options: Options = {}) {
  const { renamesDone = true, failuresAsErrors = false, completesOutput = true, breaks, ownMs } = options;
  const clock = fakeClock();
  const events: WireEvent[] = [];
  const told: unknown[] = [];
  const threw: unknown[] = [];
  const limits: JsonObject[] = [];
  const head: { status: number | null; headers: [string, string][] } = { status: null, headers: [] };
  const does = (what: 'open' | 'wait') => {
    if (breaks === what) throw new TypeError(what);
    told.push(what);
    head.status = 200;
  };
  const relay = new Relay({
    sink: {
      open: ({ headers }) => {
        does('open');
        head.headers = headers.map(([name, value]) => [name, value]);
      },
      wait: () => does('wait'),
      event: (event) => {
        events.push(event);
        told.push(event.type);
        return event.type !== 'full';
      },
      own: () => [],
      end: () => [],
      fail: () => [],
      cut: () => {},
      told: head,
    },
    watch: {
      ...silentExchange,
      ownShareMs: () => ownMs ?? null,
      committed: (status) => void told.push(`committed ${status}`),
      finalEvent: (facts) => void told.push(facts),
      frame: (direction, type, bytes) => void told.push(`${direction} ${type} ${bytes}`),
    },
    clock,
    keepsNewEnds: false,
    renamesDone,
    failuresAsErrors,
    completesOutput,
    toldItems: null,
    onRateLimits: (event) => void limits.push(event),
    threw: (thrown) => void threw.push(thrown),
  });
  const say = (...said: Told[]) => said.map((event) => relay.event(makeEvent(event)));
  /** Less what the watcher hears of each frame. */
  const heard = () => told.filter((each) => typeof each === 'string' && !each.startsWith('upstream-in'));
  return { relay, clock, events, told, threw, limits, head, say, heard };
}

describe('the events of an attempt', () => {
  it('reads its end once, and not at all where somebody else has', () => {
    const parse = vi.spyOn(JSON, 'parse');
    try {
      const event = makeEvent(completed({ service_tier: 'priority' }));
      const readings = [event, readEvent(event)].map((end) => {
        const { relay, say, told } = relayed();
        say(delta);
        parse.mockClear();
        relay.event(end);
        expect(told).toContainEqual({ tierEchoed: 'priority', usage: null });
        return parse.mock.calls.length;
      });
      expect(readings).toEqual([1, 0]);
    } finally {
      parse.mockRestore();
    }
  });

  it('are held back until content comes, and then told in their order', () => {
    const { relay, say, heard, head, clock } = relayed({ ownMs: 1.234 });
    relay.begin(null);
    relay.sent();
    relay.ready(
      [
        ['x-codex-a', 'b'],
        ['x-codex-turn-state', 's'],
      ],
      false,
    );
    say(created, { type: 'response.in_progress' }, { type: 'keepalive' }, { type: 'codex.other' });
    expect([heard(), relay.isCommitted]).toEqual([[], false]);
    say(delta);
    expect(heard()).toEqual([
      'open',
      'committed 200',
      'response.created',
      'response.in_progress',
      'keepalive',
      'codex.other',
      delta.type,
    ]);
    expect([relay.isCommitted, head.headers, clock.pending]).toEqual([
      true,
      [
        ['x-codex-a', 'b'],
        ['x-codex-turn-state', 's'],
        ['server-timing', 'slipstream;dur=1.23'],
      ],
      0,
    ]);
    expect(say({ type: 'full' })).toEqual([false]);
  });

  it('are held back no longer than 10 s after the first, and no more than 64 or a megabyte of them', () => {
    const late = relayed();
    late.say(created, created);
    late.clock.advance(9_999);
    expect(late.heard()).toEqual([]);
    late.clock.advance(1);
    expect(late.heard()).toEqual(['open', 'committed 200', 'response.created', 'response.created']);
    const many = relayed();
    for (let count = 0; count < 64; count += 1) many.say({ type: 'keepalive' });
    expect(many.heard()).toEqual([]);
    many.say({ type: 'keepalive' });
    expect(many.heard()).toHaveLength(2 + 65);
    const long = relayed();
    const half = { type: 'keepalive', more: 'x'.repeat(512 * 1024 - 50) };
    long.say(half, half);
    expect(long.heard()).toEqual([]);
    long.say(half);
    expect(long.heard()).toHaveLength(2 + 3);
    expect(() => relayed().relay.event({ type: 'keepalive', data: Buffer.from('{') })).toThrow();
  });

  it('that were held back are forgotten with the attempt', () => {
    const { relay, say, heard, clock } = relayed();
    relay.sent();
    say(created);
    relay.abandon();
    expect(clock.pending).toBe(0);
    relay.begin(null);
    relay.sent();
    const long = { type: 'keepalive', more: 'x'.repeat(1024 * 1024 - 100) };
    say(long);
    expect(heard()).toEqual([]);
    say(delta);
    expect(heard()).toEqual(['open', 'committed 200', 'keepalive', delta.type]);
    expect(clock.pending).toBe(0);
  });

  it('that are long in coming have the client told that its turn lives, from when upstream has it', () => {
    const { relay, say, heard, clock } = relayed();
    relay.sent();
    clock.advance(14_999);
    relay.sent();
    expect(heard()).toEqual([]);
    clock.advance(1);
    expect(heard()).toEqual(['wait', 'committed 200']);
    say(delta);
    relay.sent();
    expect(clock.pending).toBe(0);
    const closed = relayed();
    closed.relay.sent();
    closed.say(created);
    closed.relay.close();
    expect(closed.clock.pending).toBe(0);
  });

  it('that the sink cannot take outside of an event are told as thrown', () => {
    const late = relayed({ breaks: 'open' });
    late.say(created);
    late.clock.advance(10_000);
    const waits = relayed({ breaks: 'wait' });
    waits.relay.sent();
    waits.clock.advance(15_000);
    expect([late.threw, waits.threw]).toEqual([[new TypeError('open')], [new TypeError('wait')]]);
  });

  it('tell of quota on the way', () => {
    const { say, limits } = relayed();
    say({ type: 'codex.rate_limits', a: 1 }, { type: 'codex.other' });
    expect(limits).toEqual([{ type: 'codex.rate_limits', a: 1 }]);
  });
});

describe('the end of a response', () => {
  it.each<[string, Told, Options, string, string, unknown]>([
    ['completed', completed(), {}, 'response.completed', 'completed', null],
    [
      'incomplete',
      { type: 'response.incomplete', response: { incomplete_details: { reason: 'max' } } },
      {},
      'response.incomplete',
      'incomplete',
      { code: 'max', message: null, param: null },
    ],
    ['incomplete by its status', completed({ status: 'incomplete' }), {}, 'response.completed', 'incomplete', null],
    ['done', { ...completed(), type: 'response.done' }, {}, 'response.completed', 'completed', null],
    [
      'done and incomplete',
      { ...completed({ status: 'incomplete' }), type: 'response.done' },
      {},
      'response.incomplete',
      'incomplete',
      null,
    ],
    [
      'done, for a client that knows it',
      { ...completed(), type: 'response.done' },
      { renamesDone: false },
      'response.done',
      'completed',
      null,
    ],
    [
      'failed by the request',
      failed('invalid_prompt'),
      {},
      'response.failed',
      'failed',
      { code: 'invalid_prompt', message: 'no', param: null },
    ],
  ])('%s', (_what, event, options, type, status, told) => {
    const { relay, say, events } = relayed(options);
    say(delta, event);
    expect([events.at(-1)?.type, relay.finalStatus, relay.told]).toEqual([type, status, told]);
    // Nothing is added to what upstream said.
    expect(JSON.parse(String(events.at(-1)?.data))).toEqual({ ...event, type });
  });

  it.each([
    ['completed', completed({ output: [] }), {}, ['a', 'b', 'c']],
    ['completed and without a list', completed(), {}, ['a', 'b', 'c']],
    ['done', { ...completed({ output: [] }), type: 'response.done' }, {}, ['a', 'b', 'c']],
    ['completed with a list of its own', completed({ output: [item('z')] }), {}, ['z']],
    ['completed, for a client that reads the items', completed({ output: [] }), { completesOutput: false }, []],
    ['failed', { ...failed('invalid_prompt'), response: { status: 'failed', output: [] } }, {}, []],
  ])('lists the items that came before, in their order, where it lists none: %s', (_what, event, options, texts) => {
    const { say, events } = relayed(options);
    say(delta, itemDone('c'), { ...itemDone('b'), output_index: 1 }, { ...itemDone('a'), output_index: 0 });
    say({ ...event, sequence_number: 9 });
    const { sequence_number: number, response } = JSON.parse(String(events.at(-1)?.data));
    expect([number, response.output]).toEqual([9, texts.map(item)]);
  });

  it('goes by the model’s name that the client knows', () => {
    const { relay, say, events } = relayed();
    relay.begin('m-fast');
    relay.ready([['openai-model', 'm']], true);
    say(created, delta, completed({ model: 'm' }), { type: 'response.completed' });
    const models = events.map(({ data }) => JSON.parse(String(data)).response?.model);
    expect(models).toEqual(['m-fast', undefined, 'm-fast', undefined]);
  });

  it('tells the watcher its tier and its tokens', () => {
    const { say, told } = relayed();
    const usage = {
      input_tokens: 5,
      output_tokens: 2,
      input_tokens_details: { cached_tokens: 3 },
      output_tokens_details: { reasoning_tokens: 1 },
    };
    say(delta, completed({ service_tier: 'priority', usage }));
    expect(told.filter((each) => typeof each === 'object')).toEqual([
      { tierEchoed: 'priority', usage: { inputTokens: 5, cachedTokens: 3, outputTokens: 2, reasoningTokens: 1 } },
    ]);
    const bare = relayed();
    bare.say(delta, completed());
    expect(bare.told.filter((each) => typeof each === 'object')).toEqual([{ tierEchoed: null, usage: null }]);
  });

  it('is given up to another attempt where it is a refusal before content', () => {
    const { relay, say, heard } = relayed();
    expect(say(created, failed('server_error'))).toEqual([true, true]);
    expect([relay.refusal?.code, relay.told?.code, heard(), relay.finalStatus]).toEqual([
      'server_error',
      'server_error',
      [],
      null,
    ]);
    relay.begin(null);
    expect([relay.refusal, relay.told]).toEqual([null, null]);
    const own = relayed();
    own.say(failed('invalid_prompt'));
    expect([own.relay.refusal, own.relay.failure?.code, own.heard().at(-1)]).toEqual([
      null,
      'invalid_prompt',
      'response.failed',
    ]);
  });

  it('that is an error after content is told by the sink, in the form of its client', () => {
    const errors: [Told, Options, boolean][] = [
      [{ type: 'error', status: 500, error: { code: 'c' } }, {}, true],
      [failed('server_error'), {}, false],
      [failed('server_error'), { failuresAsErrors: true }, true],
      [failed('invalid_prompt'), { failuresAsErrors: true }, true],
      [failed('invalid_api_key'), {}, true],
    ];
    for (const [event, options, isUntold] of errors) {
      const { relay, say, heard } = relayed(options);
      say(delta);
      expect(say(event)).toEqual([true]);
      expect([heard().includes(event.type), relay.refusal !== null, relay.finalStatus]).toEqual([
        !isUntold,
        isUntold,
        'failed',
      ]);
    }
    expect(relayed({ failuresAsErrors: true }).say(failed('invalid_prompt'))).toEqual([true]);
  });

  it('by the client itself counts where there was none', () => {
    const { relay, say } = relayed();
    relay.supersede();
    expect(relay.finalStatus).toBe('incomplete');
    const enough = relayed().relay;
    enough.supersede('completed');
    expect(enough.finalStatus).toBe('completed');
    say(delta);
    const over = relayed();
    over.say(delta, completed());
    over.relay.supersede();
    expect(over.relay.finalStatus).toBe('completed');
  });
});

describe('a response that a next turn goes on from', () => {
  it.each<[string, readonly Told[], unknown]>([
    ['lists its output', [itemDone('b'), completed({ output: [item('a')] })], { id: 'r', output: [item('a')] }],
    [
      'has told it before',
      [itemDone('a'), itemDone('b'), completed({ output: [] })],
      { id: 'r', output: [item('a'), item('b')] },
    ],
    ['said nothing', [completed()], { id: 'r', output: [] }],
    ['has no id', [{ type: 'response.completed', response: { status: 'completed' } }], null],
    ['did not complete', [{ type: 'response.incomplete', response: { id: 'r', output: [item('a')] } }], null],
    ['has no end', [itemDone('a')], null],
  ])('%s', (_what, said, wanted) => {
    const { relay, say } = relayed();
    say(delta, ...said);
    expect(relay.completedResponse()).toEqual(wanted);
  });

  it('is none where its items are more than 16 MiB together and its end lists none', () => {
    for (const [count, isKept] of [
      [16, true],
      [17, false],
    ] as const) {
      const { relay, say } = relayed();
      say(delta);
      const frame = makeEvent(itemDone(''));
      const padded = {
        type: frame.type,
        data: Buffer.concat([frame.data, Buffer.alloc(1024 * 1024 - frame.data.length, ' ')]),
      };
      for (let sent = 0; sent < count; sent += 1) relay.event(padded);
      say(completed());
      expect(relay.completedResponse() !== null).toBe(isKept);
    }
  });
});
