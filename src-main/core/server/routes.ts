import type { Dialect } from '../../shared/model.ts';
import { splitPathKey } from './guard.ts';

export type Route = 'responses' | 'compact' | 'chat' | 'messages' | 'count-tokens' | 'models' | 'usage';

const bases = ['/v1', '/backend-api/codex'] as const;

/** Proxy routes under both of their bases. */
export const routes: ReadonlyMap<string, Route> = new Map<string, Route>([
  ...bases.flatMap((base): [string, Route][] => [
    [`${base}/responses`, 'responses'],
    [`${base}/responses/compact`, 'compact'],
    [`${base}/chat/completions`, 'chat'],
    [`${base}/messages`, 'messages'],
    [`${base}/messages/count_tokens`, 'count-tokens'],
    [`${base}/models`, 'models'],
  ]),
  ['/api/codex/usage', 'usage'],
  ['/backend-api/wham/usage', 'usage'],
]);

/** First segment below a base, for the dialects that have paths of their own. */
const dialects = new Map<string | undefined, Dialect>([
  ['chat', 'chat'],
  ['messages', 'messages'],
]);

/** The dialect that a caller of this URL speaks, so that even what is refused at the door is told in it. */
export function dialectOfUrl(url: string): Dialect {
  const { path } = splitPathKey(url.split('?', 1)[0] ?? '/');
  const base = bases.find((one) => path.startsWith(`${one}/`));
  const segment = base === undefined ? undefined : path.slice(base.length + 1).split('/', 1)[0];
  return dialects.get(segment) ?? 'responses';
}
