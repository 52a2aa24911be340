import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src-main/core/json.ts';
import { affinityKey } from '../../src-main/core/turn/affinity.ts';
import { oneOffSession, Sessions } from '../../src-main/core/turn/sessions.ts';
import type { RawHeader } from '../../src-main/shared/model.ts';

const uuid = '01a2091d-4658-7212-b4e9-cfeda846ce7d';

/** Every place a client can name its conversation, in the order in which they count. */
const places: readonly (readonly [string, { headers?: readonly RawHeader[]; body?: JsonObject }, string])[] = [
  ['thread-id', { headers: [['thread-id', 'a']] }, 'a'],
  ['session-id', { headers: [['session-id', 'b']] }, 'b'],
  ['session_id', { headers: [['session_id', 'c']] }, 'c'],
  ['x-session-id', { headers: [['x-session-id', 'd']] }, 'd'],
  ['x-session-affinity', { headers: [['x-session-affinity', 'h']] }, 'h'],
  ['the session of Claude Code', { headers: [['x-claude-code-session-id', 'e']] }, 'e'],
  ['client_metadata.thread_id', { body: { client_metadata: { thread_id: 'f' } } }, 'f'],
  ['client_metadata.session_id', { body: { client_metadata: { session_id: 'g' } } }, 'g'],
  ['a prompt_cache_key that is a UUID', { body: { prompt_cache_key: uuid } }, uuid],
];

function keyOf(parts: readonly (typeof places)[number][1][]): string | null {
  const metadata = Object.assign({}, ...parts.map(({ body }) => body?.client_metadata));
  const body = Object.assign({}, ...parts.map((part) => part.body), { client_metadata: metadata });
  return affinityKey(
    parts.flatMap(({ headers }) => headers ?? []),
    body,
  );
}

describe('the affinity key', () => {
  it.each(places)('is %s where nothing else is named', (_name, place, expected) => {
    expect(keyOf([place])).toBe(expected);
  });

  it.each(places.slice(0, -1).map(([name, , expected], index) => [name, index, expected] as const))(
    'is %s rather than anything that counts less',
    (_name, index, expected) => {
      expect(keyOf(places.slice(index).map(([, place]) => place))).toBe(expected);
    },
  );

  it('tells agents of one Claude session apart', () => {
    const key = (agent: string) =>
      affinityKey(
        [
          ['X-Claude-Code-Session-Id', 'e'],
          ['X-Claude-Code-Agent-Id', agent],
        ],
        {},
      );
    expect(key('one')).not.toBe(key('two'));
    expect(key('one')).not.toBe(affinityKey([['x-claude-code-session-id', 'e']], {}));
  });

  it.each<[string, readonly RawHeader[], JsonObject]>([
    ['nothing', [], {}],
    ['a constant prompt_cache_key, as many programs send', [], { prompt_cache_key: 'my-app' }],
    ['a prompt_cache_key that is no text', [], { prompt_cache_key: 7 }],
    ['an empty header', [['thread-id', '  ']], {}],
    ['an agent without a session', [['x-claude-code-agent-id', 'one']], {}],
    ['client_metadata that is no object', [], { client_metadata: 'thread_id' }],
  ])('is none for %s', (_what, headers, body) => {
    expect(affinityKey(headers, body)).toBeNull();
  });

  it('skips an empty name for the next one', () => {
    expect(
      affinityKey(
        [
          ['thread-id', ''],
          ['session-id', 'b'],
        ],
        {},
      ),
    ).toBe('b');
  });

  it('is of bounded length, and yet another one for each name however late it differs', () => {
    const keyOf = (end: string) => affinityKey([['thread-id', `${'x'.repeat(100_000)}${end}`]], {});
    expect(keyOf('a')?.length).toBe(200);
    expect(keyOf('a')).toBe(keyOf('a'));
    expect(keyOf('a')).not.toBe(keyOf('b'));
  });
});

describe('sessions', () => {
  it("S3: a client's own key finds the same session again", () => {
    const sessions = new Sessions();
    const first = sessions.resolve('my-thread');
    first.moveTo('account-1');
    expect(sessions.resolve('my-thread')).toBe(first);
    expect(sessions.resolve('another-thread')).not.toBe(first);
  });

  it('S3: the effective id is the key itself where it is a UUID, and a UUIDv7 otherwise, never free text', () => {
    const sessions = new Sessions();
    expect(sessions.resolve(uuid).id).toBe(uuid);
    const ids = ['my-thread', 'e:agent', `${uuid}x`].map((key) => sessions.resolve(key).id);
    for (const id of [...ids, oneOffSession().id]) {
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
  });

  it('S3: one-off ids never fill the store', () => {
    const sessions = new Sessions();
    const named = sessions.resolve('named');
    const ids = Array.from({ length: 500 }, () => oneOffSession());
    expect(sessions.size).toBe(1);
    expect(new Set(ids.map(({ id }) => id)).size).toBe(500);
    expect(ids.every(({ isOneOff }) => isOneOff)).toBe(true);
    expect(named.isOneOff).toBe(false);
  });

  it('S3: a session that nothing will come back to is forgotten', () => {
    const sessions = new Sessions();
    const first = sessions.resolve('connection-1');
    sessions.disconnect('connection-1');
    sessions.disconnect('never');
    expect(sessions.size).toBe(0);
    expect(sessions.resolve('connection-1')).not.toBe(first);
  });

  it('forgets the session that was used longest ago when the store is full', () => {
    const sessions = new Sessions();
    const [oldest, kept] = [sessions.resolve('oldest'), sessions.resolve('kept')];
    for (let index = 0; index < 9_998; index += 1) sessions.resolve(`filler-${index}`);
    expect(sessions.size).toBe(10_000);
    expect(sessions.resolve('kept')).toBe(kept);
    expect(sessions.resolve('oldest')).toBe(oldest);
    sessions.resolve('one more');
    sessions.resolve('and another');
    expect(sessions.size).toBe(10_000);
    expect(sessions.resolve('kept')).toBe(kept);
    expect(sessions.resolve('oldest')).toBe(oldest);
    sessions.resolve('yet another');
    expect(sessions.size).toBe(10_000);
  });
});
