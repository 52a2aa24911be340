import { describe, expect, it } from 'vitest';
import { dialects } from '../../src-main/core/dialects/dialects.ts';
import { dialectOfCaller, findRoute, type Route, routes, routesAt } from '../../src-main/core/server/routes.ts';
import type { ErrorCode } from '../../src-main/shared/errors.ts';
import { dialectNames } from '../../src-main/shared/turn-words.ts';

const route = (method: Route['method'], path: string): Route => ({
  method,
  path,
  startsTurn: false,
  answer: async () => {},
});

describe('what the proxy answers', () => {
  it.each(['/v1', '/backend-api/codex'])('is below %s', (base) => {
    const below = routes.filter(({ path }) => path.startsWith(`${base}/`));
    expect(below.map(({ method, path, startsTurn }) => [method, path.slice(base.length), startsTurn])).toEqual([
      ['POST', '/responses', true],
      ['POST', '/chat/completions', true],
      ['POST', '/messages', true],
      ['POST', '/responses/input_tokens', false],
      ['POST', '/messages/count_tokens', false],
      ['POST', '/responses/compact', true],
      ['GET', '/models', false],
      ['GET', '/models/{id...}', false],
    ]);
  });

  it('is told of accounts beside the bases', () => {
    const beside = routes.filter(({ path }) => path.endsWith('/usage'));
    expect(beside.map(({ method, path, startsTurn }) => [method, path, startsTurn])).toEqual([
      ['GET', '/api/codex/usage', false],
      ['GET', '/backend-api/wham/usage', false],
    ]);
  });

  it('opens websockets for the dialect that upstream speaks, and for no other', () => {
    const upgrading = routes.filter(({ upgrades }) => upgrades).map(({ path }) => path);
    expect(upgrading).toEqual(['/v1/responses', '/backend-api/codex/responses']);
  });

  it('has one route for a method and a path', () => {
    const names = routes.map(({ method, path }) => `${method} ${path}`);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe.each(dialectNames)('the dialect %s', (name) => {
  const { turnPath, questions } = dialects[name];

  it('has its routes under both bases, and its errors told in it', () => {
    for (const base of ['/v1', '/backend-api/codex']) {
      for (const path of [turnPath, ...questions.map((question) => question.path)]) {
        expect(findRoute('POST', `${base}${path}`).route.path).toBe(`${base}${path}`);
        expect(dialectOfCaller(`${base}${path}`, [])).toBe(name);
      }
    }
  });
});

describe('finding a route', () => {
  const table = [
    route('GET', '/v1/models'),
    route('GET', '/v1/models/{id}'),
    route('POST', '/v1/models/{id}'),
    route('GET', '/v1/{kind}/{id}/items'),
    route('GET', '/v1/all/{rest...}'),
  ];

  it.each<[string, string, string, Record<string, string>]>([
    ['GET', '/v1/models', '/v1/models', {}],
    ['GET', '/v1/models/gpt-5.5', '/v1/models/{id}', { id: 'gpt-5.5' }],
    ['POST', '/v1/models/a%2Fb%20c', '/v1/models/{id}', { id: 'a/b c' }],
    ['GET', '/v1/threads/t1/items', '/v1/{kind}/{id}/items', { kind: 'threads', id: 't1' }],
    ['GET', '/v1/models/%E0%A4%A', '/v1/models/{id}', { id: '%E0%A4%A' }],
    ['GET', '/v1/all/a%2Fb//c', '/v1/all/{rest...}', { rest: 'a/b//c' }],
    ['GET', '/v1/models/__proto__', '/v1/models/{id}', { id: '__proto__' }],
  ])('%s %s is %s with %j', (method, path, pattern, params) => {
    const found = findRoute(method, path, table);
    expect(found.route).toMatchObject({ method, path: pattern });
    expect(found.params).toEqual(params);
  });

  it.each<[string | undefined, string, ErrorCode]>([
    ['GET', '/v1/models/', 'route_unknown'],
    ['GET', '/v1/models/a/b', 'route_unknown'],
    ['GET', '/v1/all/', 'route_unknown'],
    ['GET', '/v1/all', 'route_unknown'],
    ['GET', '/v1//x/items', 'route_unknown'],
    ['GET', '/V1/models', 'route_unknown'],
    ['GET', '/v1/{kind}', 'route_unknown'],
    ['POST', '/v1/models', 'method_refused'],
    ['get', '/v1/models', 'method_refused'],
    [undefined, '/v1/models', 'method_refused'],
    ['DELETE', '/v1/models/x', 'method_refused'],
  ])('%s %s is %s', (method, path, code) => {
    expect(() => findRoute(method, path, table)).toThrowError(expect.objectContaining({ code }));
  });

  it('finds every method of a path', () => {
    expect(routesAt('/v1/models/x', table).map((found) => found.route.method)).toEqual(['GET', 'POST']);
  });
});
