import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseRequestObject } from '../../src-main/core/dialects/request-json.ts';

import { isJsonObject } from '../../src-main/core/json.ts';
import { tell } from '../../src-main/shared/words/told.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { codexBody, codexHeaders, WsTurns } from '../support/turn-client.ts';

/** What policy looks at is what goes upstream, also where a body names a member twice. */

describe('a text with members named more than once or with escapes', () => {
  it.each<[string, string | null, readonly string[]]>([
    ['{"a":1}', null, []],
    ['{}', null, []],
    ['{"a":1,"b":2,"a":3}', '{"b":2,"a":3}', ['body.a']],
    ['{"a":1,"\\u0061":2}', '{"a":2}', ['body.a', 'body.a']],
    ['{ "a" : [1,{"a":2}] , "a" : "x" }', '{ "a" : "x" }', ['body.a']],
    ['{"a":1,"a":2,"a":3,"b":4}', '{"a":3,"b":4}', ['body.a']],
    ['{"x":{"a":1,"a":2}}', '{"x":{"a":2}}', ['body.x.a']],
    ['{"client_metadata":{"s":1,"s":2}}', '{"client_metadata":{"s":2}}', ['body.client_metadata.s']],
    [
      '{"reasoning":{"effort":"a"},"reasoning": {"effort":"b","effort":"c"}}',
      '{"reasoning": {"effort":"c"}}',
      ['body.reasoning.effort', 'body.reasoning'],
    ],
    ['{"__proto__":1,"__proto__":2}', '{"__proto__":2}', ['body.__proto__']],
    ['{"service\\u005ftier":"x"}', '{"service_tier":"x"}', ['body.service_tier']],
    [
      '{"input":[1,{"ty\\u0070e":"a","type":"b"}]}',
      '{"input":[1,{"type":"b"}]}',
      ['body.input[1].type', 'body.input[1].type'],
    ],
    [
      '{"input":[{"content":[{},{"text":1,"text":[2]}]}]}',
      '{"input":[{"content":[{},{"text":[2]}]}]}',
      ['body.input[0].content[1].text'],
    ],
    ['{"a\\nb":1}', null, []],
    ['{"a\\u000ab":1}', '{"a\\nb":1}', ['body.a\nb']],
    ['{"a":"\\u0061\\"}","b":1}', null, []],
  ])('%s', (text, left, paths) => {
    const read = parseRequestObject(Buffer.from(text));
    expect(read.raw.toString()).toBe(left ?? text);
    expect(read.changes.map(({ path }) => path)).toEqual(paths);
    expect(read.body).toEqual(JSON.parse(left ?? text));
  });

  it('is found out beside a number that JavaScript would round', () => {
    const { raw, body } = parseRequestObject(Buffer.from('{"a":1,"b":1234567890123456789,"a":3}'));
    expect([raw.toString(), JSON.stringify(body)]).toEqual(Array(2).fill('{"b":1234567890123456789,"a":3}'));
  });

  it('is read by its names as they are written, whatever names were seen before', () => {
    // V8 takes a name with an escape for one that begins alike.
    for (const seen of ['service\\\\', 'service_tier', 'service\\\\u005', 'ty\\\\']) JSON.parse(`{"${seen}":1}`);
    const read = (text: string) => parseRequestObject(Buffer.from(text)).body;
    expect(read('{"service\\u005ftier":"priority"}')).toEqual({ service_tier: 'priority' });
    expect(Object.keys(read('{"service_tier\\n":1}'))).toEqual(['service_tier\n']);
    expect(Object.keys(read('{"service_tier\\u0041":1}'))).toEqual(['service_tierA']);
    expect(read('{"input":[{"ty\\u0070e":"message"}]}')).toEqual({ input: [{ type: 'message' }] });
  });
});

describe('a repeated member on the wire', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig({ settings: { fastPolicy: 'off' } });
  });
  afterEach(() => rig.stop());

  const bodies: readonly (readonly [string, string])[] = [
    ['service_tier twice', '"service_tier":"default","service_tier":"priority"'],
    ['service_tier twice, one spelled with an escape', '"service_tier":"flex","service\\u005ftier":"priority"'],
    ['model twice', '"model":"gpt-5.4","model":"gpt-5.5"'],
    ['type twice', '"type":"x","type":"response.create"'],
  ];
  const sentUpstream = () =>
    rig.simulator.log.frames
      .map(({ raw }) => raw)
      .at(-1)
      ?.toString() ?? '';

  function expectSingle(): void {
    const raw = sentUpstream();
    const keys = [...raw.matchAll(/"(model|type|service_tier|service\\u005ftier)":/g)].map(([, key]) => key);
    const top = JSON.parse(raw);
    expect(isJsonObject(top) && top.model).toBe('gpt-5.5');
    expect(keys.filter((key) => key === 'model').length).toBeGreaterThan(0);
    expect(isJsonObject(top) && top.service_tier).toBeUndefined();
    expect(raw).not.toContain('"gpt-5.4"');
    expect(raw).not.toContain('"flex"');
    expect(raw).not.toContain('"type":"x"');
  }

  it.each(bodies)('goes up once, as policy saw it, from any client over HTTP: %s', async (_what, members) => {
    const answer = await rig.post('/v1/responses', `{"model":"gpt-5.5","stream":true,"input":"hi",${members}}`);
    expect(answer.status).toBe(200);
    await answer.text();
    expectSingle();
    const { changes, clientRequest } = await rig.lastTrace();
    expect(changes.some(({ why }) => why === tell('why.body.repeated'))).toBe(true);
    expect(clientRequest.body).toContain(members.split(',')[0]);
  });

  it.each(bodies)('goes up once, as policy saw it, from a Codex client on a websocket: %s', async (_what, members) => {
    const rest = JSON.stringify(codexBody('hi')).slice(1, -1);
    const turns = await WsTurns.open(rig, codexHeaders('0199c4f8-0000-7000-8000-000000000001'));
    const events = await turns.turn(`{${rest},${members},"type":"response.create"}`);
    expect(events.at(-1)?.type).toBe('response.completed');
    await turns.close();
    expectSingle();
  });
});
