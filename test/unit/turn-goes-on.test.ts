import { describe, expect, it } from 'vitest';
import { headerValue } from '../../src-main/core/headers.ts';
import type { JsonObject } from '../../src-main/core/json.ts';
import { isJsonObject } from '../../src-main/core/json.ts';
import type { TurnContext } from '../../src-main/core/turn/context.ts';
import { dropped, limit, refused } from './attempt-reports.ts';
import type { TurnRig } from './turn-rig.ts';
import {
  accountOf,
  completes,
  delta,
  ends,
  inStream,
  item,
  type Options,
  type Part,
  played,
  ready,
  says,
  scriptedRig,
  user,
} from './turn-script.ts';

describe('a conversation that goes on', () => {
  const next = (more: JsonObject[] = []) => ({ input: [user('hi'), item('one'), user('more'), ...more] });
  const goesOn = async (rig: TurnRig, options: Options = {}) =>
    played([completes('resp-2', [], true)], { rig, body: next(), ...options });
  const first = (options: Options = {}) => played([completes('resp-1')], options);

  it('sends what is new on the socket that holds the rest', async () => {
    const { rig } = await first();
    const { asked, bodies, watched } = await goesOn(rig);
    expect(asked[0]?.request.previousResponseId).toBe('resp-1');
    expect(bodies[0]).toMatchObject({ previous_response_id: 'resp-1', input: [{ role: 'user' }] });
    expect(watched.attempts[1]?.isIncrement).toBe(true);
    const third = await played([completes('resp-3', [], true)], { rig, body: next([item('one'), user('last')]) });
    expect(third.asked[0]?.request.previousResponseId).toBe('resp-2');
  });

  it.each<[string, Options & { readonly spoil?: (rig: TurnRig) => unknown }]>([
    ['no socket holds it', { spoil: ({ context }) => Object.assign(context.pool, { holdsChain: () => false }) }],
    ['it moves to another account', { spoil: ({ accounts }) => accounts.exhausted('a', null) }],
    ['it is asked otherwise', { body: { ...next(), instructions: 'be long' } }],
    ['it is a compaction', { request: { kind: 'compact' } }],
    ['it is a prewarm', { request: { kind: 'prewarm' } }],
    ['its client keeps the history on a websocket', { request: { clientTransport: 'ws' } }],
    ['it goes over HTTP', { spoil: (rig) => rig.context.transports.remember(accountOf(rig, 'a'), 'unreachable') }],
  ])('sends all where %s', async (_what, { spoil, ...options }) => {
    const { rig } = await first();
    spoil?.(rig);
    const { asked, bodies } = await goesOn(rig, options);
    expect([asked[0]?.request.previousResponseId, bodies[0]?.previous_response_id]).toEqual([null, undefined]);
    const { input } = bodies[0] ?? {};
    if (Array.isArray(input))
      expect(input.filter((each) => isJsonObject(each) && each.type === 'message').length).toBeGreaterThanOrEqual(3);
  });

  it('sends all anew where its increment is lost', async () => {
    const { rig } = await first();
    const { asked } = await played([ends({ kind: 'chain-lost' }), completes('resp-2')], { rig, body: next() });
    expect(asked.map(({ request }) => request.previousResponseId)).toEqual(['resp-1', null]);
  });

  it('is not gone on with where its response did not complete, or over HTTP', async () => {
    const incomplete: Part = (asked) => {
      ready(asked);
      says(asked, delta, {
        type: 'response.incomplete',
        response: { id: 'resp-1', status: 'incomplete', output: [item('one')] },
      });
      asked.listener.ended({ kind: 'finished' });
    };
    for (const part of [incomplete, inStream(400, { code: 'invalid_value' })]) {
      const { rig } = await played([part]);
      expect((await goesOn(rig)).asked[0]?.request.previousResponseId).toBeNull();
    }
    const { rig } = await first({ request: { own: { fastPolicy: 'auto', transport: 'http', accountId: null } } });
    expect((await goesOn(rig)).asked[0]?.request.previousResponseId).toBeNull();
  });

  it('by its client’s own id goes to the socket that holds it, or is told to resend', async () => {
    const body = { input: [user('more')], previous_response_id: 'resp-1' };
    const request = { clientTransport: 'ws', connectionId: 'c1' } as const;
    const { rig } = await first({ request });
    const { asked } = await played([completes('resp-2', [], true)], { rig, request, body });
    expect(asked[0]?.request.previousResponseId).toBe('resp-1');
    for (const part of [ends({ kind: 'chain-lost' }), ends(dropped()), ends(refused(401)), ends(refused(429, limit))])
      expect((await played([part], { rig, request, body })).error?.code).toBe('previous_response_not_found');
    const overHttp = await played([], {
      body,
      request: { own: { fastPolicy: 'auto', transport: 'http', accountId: null } },
    });
    expect([overHttp.error?.code, overHttp.asked.length]).toEqual(['previous_response_not_found', 0]);
  });

  it('gives up its socket to no other line of its session', async () => {
    const { rig } = await first();
    const mayReplace = async (options: Options) => (await goesOn(rig, options)).asked[0]?.request.mayReplace('resp-1');
    const title = { instructions: 'find a title', input: [user('hi'), item('one'), user('title?')] };
    expect(await mayReplace({ body: title })).toBe(false);
    // The same conversation, edited from its beginning.
    expect(await mayReplace({ body: { input: [user('hi')] } })).toBe(true);
    expect(
      await mayReplace({ request: { headers: [['session-id', '01a2091d-4658-7212-b4e9-cfeda846ce7e']] }, body: title }),
    ).toBe(true);
    expect((await goesOn(rig, { body: title })).asked[0]?.request.mayReplace('unknown')).toBe(true);
  });

  it('gives up a socket that a client’s websocket goes on from only once that is gone', async () => {
    const { rig } = await first({ request: { clientTransport: 'ws', connectionId: 'c1' } });
    const mayReplace = async (connectionId: string | null) =>
      (
        await goesOn(rig, { request: { clientTransport: connectionId === null ? 'http' : 'ws', connectionId } })
      ).asked[0]?.request.mayReplace('resp-1');
    expect([await mayReplace('c1'), await mayReplace('c2'), await mayReplace(null)]).toEqual([true, false, false]);
    rig.context.sessions.disconnect('c1');
    expect(await mayReplace('c2')).toBe(true);
  });

  it('throws a coin once, as it begins', async () => {
    const begins: string[] = [];
    const coin: TurnContext['coin'] = (question) => {
      begins.push(question.begins);
      return null;
    };
    const { rig } = await first({ context: { coin } });
    expect(begins).toContain('yes');
    begins.splice(0);
    await goesOn(rig);
    expect(begins).not.toContain('yes');
    await played([], {
      rig,
      body: { previous_response_id: 'resp-1' },
      request: { clientTransport: 'ws', connectionId: 'c' },
    });
    expect(begins).not.toContain('yes');
  });

  it('goes on from the turn for which its coin was thrown', async () => {
    let isThrown = false;
    const coin: TurnContext['coin'] = ({ begins }) => {
      isThrown ||= begins === 'yes';
      return isThrown ? 'priority' : null;
    };
    const { rig, bodies } = await first({ context: { coin } });
    expect(bodies[0]?.service_tier).toBe('priority');
    const next = await goesOn(rig);
    expect(next.bodies[0]).toMatchObject({ service_tier: 'priority', previous_response_id: 'resp-1' });
  });

  it('is read without what another account sealed', async () => {
    const sealed = `gAAAA${'A'.repeat(200)}`;
    const reasoning = { type: 'reasoning', encrypted_content: sealed, summary: [] };
    const rig = await scriptedRig('ab');
    rig.context.issuers.note(sealed, 'b');
    const { bodies, watched } = await played([], { rig, body: { input: [user('hi'), reasoning, user('more')] } });
    expect(JSON.stringify(bodies[0])).not.toContain(sealed);
    expect(watched.normalised[0]?.changes.map(({ path }) => path)).toContain('body.input[1]');
    const refusedOnce = await played([inStream(400, { code: 'invalid_encrypted_content' })], {
      body: { input: [user('hi'), reasoning, user('more')] },
    });
    expect(refusedOnce.bodies.map((body) => JSON.stringify(body).includes(sealed))).toEqual([true, false]);
  });

  it('over HTTP keeps its turn state for its own account', async () => {
    const own = { own: { fastPolicy: 'auto', transport: 'http', accountId: null } } as const;
    const { context } = await played([completes('r', [['x-codex-turn-state', 'state']])], { request: own });
    expect(context.issuers.of('state')).toBe('a');
    const ws = await played([completes('r', [['x-codex-turn-state', 'state']])]);
    expect(ws.context.issuers.of('state')).toBeNull();
  });

  it('goes over HTTP at once where a frame would be far too big', async () => {
    const long = 'x'.repeat(3_000);
    const arrange = (rig: TurnRig) =>
      rig.context.transports.noteUpgrade(accountOf(rig, 'a'), [['x-codex-websocket-max-message-bytes', '2000']]);
    const { ways, asked } = await played([], { body: { input: [user(long)] }, arrange });
    expect([ways, headerValue(asked[0]?.request.headers ?? [], 'accept')]).toEqual([['a http'], 'text/event-stream']);
  });
});
