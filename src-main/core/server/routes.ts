import { SlipstreamError } from '../../shared/errors.ts';
import type { Dialect } from '../../shared/model.ts';
import { percentDecoded } from '../../shared/percent-decoded.ts';
import { dialectNames } from '../../shared/turn-words.ts';
import { dialectOfHeaders, dialects } from '../dialects/dialects.ts';
import { headerValue, type RawHeaders } from '../headers.ts';
import type { Catalogue } from '../models/catalogue.ts';
import { modelFacts } from '../models/model-facts.ts';
import { clientKind } from '../normalise/client-kind.ts';
import type { Clock } from '../ports.ts';
import type { TurnRunner } from '../turn/runner.ts';
import type { JsonAnswer } from '../upstream/json-request.ts';
import { withoutEndSlashes, withoutQuery } from './asked.ts';
import { splitPathKey } from './guard.ts';
import { answerModel, answerModels } from './models-route.ts';
import { answerQuestion } from './question-route.ts';
import { answerRelayed } from './relay-route.ts';
import { answerCompact, answerResponses } from './responses-route.ts';
import { sendJson } from './send.ts';
import type { HttpExchange } from './start-turn.ts';
import { answerTranslated } from './translated-route.ts';
import { answerUsage } from './usage-route.ts';

/** What routes answer from. */
export interface RouteParts {
  readonly runner: TurnRunner;
  readonly catalogue: Catalogue;
  readonly clock: Clock;
  /** Upstream's usage of the account a new session would get. */
  readonly readUsage: () => Promise<JsonAnswer>;
}

interface RouteCall extends HttpExchange {
  readonly query: URLSearchParams;
  /** What stands in the path for each `{name}`, decoded. */
  readonly params: Readonly<Record<string, string>>;
}

/** One thing that the proxy answers. */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** Whole, without the key; `{name}` stands for any one segment, `{name...}` at its end for all that is left. */
  readonly path: string;
  /** It is refused while no turn may start. */
  readonly startsTurn: boolean;
  /** A websocket can be opened on it. */
  readonly upgrades?: true;
  /** For a Codex client it is relayed instead. */
  readonly standsIn?: true;
  /** Rejects with an error of the table. */
  answer(call: RouteCall, parts: RouteParts): Promise<void>;
}

const bases = ['/v1', '/backend-api/codex'] as const;

const turns: readonly Route[] = dialectNames.map((dialect) => {
  const { turnPath, readTurn } = dialects[dialect];
  return readTurn === null
    ? {
        method: 'POST',
        path: turnPath,
        startsTurn: true,
        upgrades: true,
        answer: (call, { runner, clock }) => answerResponses(call, runner, clock),
      }
    : {
        method: 'POST',
        path: turnPath,
        startsTurn: true,
        answer: (call, { runner, clock, catalogue }) =>
          answerTranslated(call, { dialect, readTurn }, modelFacts(catalogue), runner, clock),
      };
});

const questions: readonly Route[] = dialectNames
  .flatMap((dialect) => dialects[dialect].questions)
  .map((question) => ({
    method: 'POST',
    path: question.path,
    startsTurn: false,
    ...(question.standsIn && { standsIn: true }),
    answer: (call, { clock, catalogue }) => answerQuestion(call, question, modelFacts(catalogue), clock),
  }));

/** Below each of the bases. */
const belowBases: readonly Route[] = [
  ...turns,
  ...questions,
  {
    method: 'POST',
    path: '/responses/compact',
    startsTurn: true,
    answer: (call, { runner, clock }) => answerCompact(call, runner, clock),
  },
  {
    method: 'GET',
    path: '/models',
    startsTurn: false,
    answer: async (call, { catalogue, runner }) => {
      runner.meet(call.headers);
      sendJson(call.response, 200, await answerModels(call.query, call, catalogue));
    },
  },
  {
    method: 'GET',
    // Of some clients' ids slashes are a part.
    path: '/models/{id...}',
    startsTurn: false,
    answer: async (call, { catalogue }) => {
      sendJson(call.response, 200, answerModel(call.params.id ?? '', call, catalogue));
    },
  },
];

/** Everything that the proxy answers below its bases. */
export const routes: readonly Route[] = [
  ...bases.flatMap((base) => belowBases.map((route): Route => ({ ...route, path: `${base}${route.path}` }))),
  ...['/api/codex/usage', '/backend-api/wham/usage'].map(
    (path): Route => ({
      method: 'GET',
      path,
      startsTurn: false,
      answer: async ({ response }, { readUsage }) => answerUsage(response, await readUsage()),
    }),
  ),
];

/** The same without a base, for clients that were given the address alone. Exactly these: nothing unknown is relayed there. */
const bareRoutes = belowBases;
const allRoutes: readonly Route[] = [...routes, ...bareRoutes];

/** A route as far as a request that found it cares. */
type Answering = Pick<Route, 'startsTurn' | 'answer'>;

interface Found<R extends Answering> {
  readonly route: R;
  readonly params: RouteCall['params'];
}

/** Routes of a path, whatever their method; the path has no key, no query and no slash at its end. */
export function routesAt(path: string, table: readonly Route[] = allRoutes): readonly Found<Route>[] {
  const { plain, patterns } = table === allRoutes ? allIndexed : indexed(table);
  return plain.get(path) ?? fittingPatterns(path, patterns);
}

type Patterns = readonly { readonly route: Route; readonly opening: string }[];

function fittingPatterns(path: string, patterns: Patterns): readonly Found<Route>[] {
  return patterns.flatMap(({ route, opening }) => {
    const params = path.startsWith(opening) ? paramsOf(route.path, path) : null;
    return params === null ? [] : [{ route, params }];
  });
}

/** All that is at each path without parameters, and the routes that have some: most requests are for one of the former. */
function indexed(table: readonly Route[]) {
  const isPattern = (route: Route) => route.path.includes('{');
  const patterns: Patterns = table
    .filter(isPattern)
    .map((route) => ({ route, opening: route.path.slice(0, route.path.indexOf('{')) }));
  const byPath = Map.groupBy(
    table.filter((route) => !isPattern(route)),
    ({ path }) => path,
  );
  const plain = new Map(
    [...byPath].map(([path, routes]) => [
      path,
      [...routes.map((route): Found<Route> => ({ route, params: {} })), ...fittingPatterns(path, patterns)],
    ]),
  );
  return { plain, patterns };
}

const allIndexed = indexed(allRoutes);

/** The route of a request. Throws `route_unknown`, or `method_refused` where the path is known. */
export function findRoute(method: string | undefined, path: string, table: readonly Route[] = allRoutes): Found<Route> {
  const found = routesAt(path, table);
  if (found.length === 0) throw new SlipstreamError('route_unknown');
  return fitting(method, found);
}

function fitting(method: string | undefined, found: readonly Found<Route>[]): Found<Route> {
  // The answer to HEAD is that to GET, of which Node leaves the body out.
  const asked = found.find(({ route }) => route.method === (method === 'HEAD' ? 'GET' : method));
  if (asked !== undefined) return asked;
  const methods = found.flatMap(({ route }) => (route.method === 'GET' ? ['GET', 'HEAD'] : [route.method]));
  throw new SlipstreamError('method_refused', { headers: [['allow', methods.join(', ')]] });
}

const served = belowBases.map(({ method, path }) => `${method} ${path.replace('...', '')}`).join(', ');

/** The route of a request, which for a path that only a Codex client knows is upstream's own. Throws as `findRoute` does. */
export function routeFor(method: string | undefined, path: string, headers: RawHeaders): Found<Answering> {
  const found = routesAt(path);
  const base = baseOf(path);
  const isRelayed = base !== undefined && clientKind(headers).isCodex && found.every(({ route }) => route.standsIn);
  if (isRelayed) return { route: relayBelow(base), params: {} };
  if (found.length > 0) return fitting(method, found);
  if (base === undefined) throw routeUnknown(headers);
  throw new SlipstreamError('route_unknown', {
    message: `Slipstream has no such route. Below ${base} it answers ${served}.`,
  });
}

/** Names the address that clients are to be given; the request's host is one of ours by then. */
export function routeUnknown(headers: RawHeaders): SlipstreamError {
  const address = `http://${headerValue(headers, 'host') ?? '127.0.0.1'}`;
  return new SlipstreamError('route_unknown', {
    message: `Slipstream has no such route. The base URL is ${address}/v1, for Anthropic's clients ${address}; below /v1 it answers ${served}.`,
  });
}

function baseOf(path: string): string | undefined {
  return bases.find((base) => path.startsWith(`${base}/`));
}

function relayBelow(base: string): Answering {
  return {
    startsTurn: true,
    answer: async (call, { runner, clock }) =>
      answerRelayed(call, { path: call.path.slice(base.length), query: call.rawQuery }, runner, clock),
  };
}

/** What stands for the parameters of a pattern; null where the path does not fit it. */
function paramsOf(pattern: string, path: string): RouteCall['params'] | null {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  const takesRest = pattern.endsWith('...}');
  if (takesRest ? given.length < wanted.length : given.length !== wanted.length) return null;
  const params: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    const isLast = index === wanted.length - 1;
    const value = takesRest && isLast ? given.slice(index).join('/') : (given[index] ?? '');
    const isParameter = segment.startsWith('{');
    if (isParameter ? value === '' : segment !== value) return null;
    if (isParameter) params[segment.replaceAll(/[{}.]/g, '')] = percentDecoded(value);
  }
  return params;
}

/** The dialects by the first segment of their paths. */
const bySegment = new Map(dialectNames.map((name) => [dialects[name].turnPath.split('/')[1], name]));

/** The dialect that a caller speaks, by its URL, else by its headers, so that even what is refused at the door is told in it. */
export function dialectOfCaller(url: string, headers: RawHeaders): Dialect {
  const { path } = splitPathKey(withoutQuery(url));
  const base = baseOf(path) ?? '';
  const segment = path.slice(base.length + 1).split('/', 1)[0];
  return bySegment.get(segment) ?? dialectOfHeaders(headers);
}

/** A proxy path with its key split off; null for paths that are not the proxy's. Looks at nothing but the path. */
export function proxiedPath(url: string): { readonly path: string; readonly key: string | null } | null {
  const { path, key } = splitPathKey(withoutQuery(url));
  const isProxy =
    key !== null ||
    path === '/v1' ||
    ['/v1/', '/backend-api/', '/api/codex/'].some((base) => path.startsWith(base)) ||
    routesAt(withoutEndSlashes(path)).length > 0;
  return isProxy ? { path, key } : null;
}
