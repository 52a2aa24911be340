import { isJsonObject, type JsonObject, objectMember, parseJsonObject, textMember } from '../core/json.ts';
import type { AccountStrategy } from '../shared/account-model.ts';
import { type ImportTool, type LeftOut, leftOut } from '../shared/import-model.ts';
import { isProxyAddress } from '../shared/proxy-address.ts';
import type { AppSettings } from '../shared/settings.ts';

/**
 * Settings of other proxies that have an equal here. Known by their shape:
 * - CLIProxyAPI (router-for-me/CLIProxyAPI, config.example.yaml): `auth-dir`, `proxy-url`, `routing.strategy`.
 * - codex-proxy (icebear0828/codex-proxy, config/default.yaml): `tls.proxy_url`, `auth.rotation_strategy`,
 *   `model.default_service_tier`.
 */
export interface OtherConfig {
  readonly tool: ImportTool;
  readonly settings: Partial<Pick<AppSettings, 'proxyUrl' | 'strategy' | 'fastPolicy'>>;
  readonly left: readonly LeftOut[];
}

const strategies: Readonly<Record<string, AccountStrategy>> = {
  'round-robin': 'round-robin',
  round_robin: 'round-robin',
  'fill-first': 'fill-first',
  sticky: 'fill-first',
  least_used: 'most-headroom',
};

/** Members that name API keys of the other program: Slipstream makes its own. */
const keyMembers = ['api-keys', 'codex-api-key', 'openai-compatibility', 'claude-api-key', 'gemini-api-key'];

const maxAliases = 20;
/** Several times the longest of these files; what is longer would hold up everything else while it is read. */
const maxChars = 128 * 1024;

/** Its own search for keys that come twice takes time by the square. */
const yamlOptions = { logLevel: 'silent', uniqueKeys: false, prettyErrors: false } as const;

/** The settings in a configuration of another proxy; null where the text is none. */
export async function readConfig(text: string): Promise<OtherConfig | null> {
  const file = await parseYaml(text);
  if (file === null) return null;
  if (
    ['auth-dir', 'api-keys', 'remote-management', 'proxy-url'].filter((name) => Object.hasOwn(file, name)).length >= 2
  )
    return ofCliproxy(file);
  const auth = objectMember(file, 'auth');
  const known = [objectMember(file, 'tls'), auth, objectMember(file, 'model'), objectMember(file, 'server')];
  if (textMember(auth, 'rotation_strategy') !== null || known.filter((part) => part !== null).length >= 3)
    return ofCodexProxy(file);
  return null;
}

/** Text that is no YAML, is too long, or grows by aliases, is none of ours. JSON is left to what reads sign-ins. */
async function parseYaml(text: string): Promise<JsonObject | null> {
  if (text.length > maxChars || parseJsonObject(text) !== null || /^\s*\[/.test(text)) return null;
  const { parseDocument } = await import('yaml');
  try {
    const value: unknown = parseDocument(text, yamlOptions).toJS({ maxAliasCount: maxAliases });
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

function ofCliproxy(file: JsonObject): OtherConfig {
  const routing = objectMember(file, 'routing');
  const taken = settingsOf(
    textMember(file, 'proxy-url'),
    'proxy-url',
    textMember(routing, 'strategy'),
    'routing.strategy',
  );
  const used = ['auth-dir', 'proxy-url', 'routing'];
  return { tool: 'cliproxyapi', settings: taken.settings, left: [...taken.left, ...leftMembers(file, used)] };
}

function ofCodexProxy(file: JsonObject): OtherConfig {
  const auth = objectMember(file, 'auth');
  const proxy = textMember(objectMember(file, 'tls'), 'proxy_url');
  const taken = settingsOf(proxy, 'tls.proxy_url', textMember(auth, 'rotation_strategy'), 'auth.rotation_strategy');
  const tier = textMember(objectMember(file, 'model'), 'default_service_tier');
  const isFast = tier === 'fast' || tier === 'priority';
  const ownKey = textMember(objectMember(file, 'server'), 'proxy_api_key') === null ? [] : ['server.proxy_api_key'];
  return {
    tool: 'codex-proxy',
    settings: { ...taken.settings, ...(isFast ? { fastPolicy: 'on' as const } : {}) },
    left: [
      ...taken.left,
      ...ownKey.map((what) => leftOut(what, 'own-keys')),
      ...leftMembers(file, ['tls', 'auth', 'model', 'server']),
    ],
  };
}

function settingsOf(proxy: string | null, proxyName: string, strategy: string | null, strategyName: string) {
  const left: LeftOut[] = [];
  let settings: OtherConfig['settings'] = {};
  if (proxy !== null && proxy.trim() !== '') {
    if (proxy.length <= 2048 && isProxyAddress(proxy)) settings = { ...settings, proxyUrl: proxy };
    else left.push(leftOut(proxyName, 'no-proxy'));
  }
  if (strategy !== null && strategy !== '') {
    const equal = Object.hasOwn(strategies, strategy) ? strategies[strategy] : undefined;
    if (equal === undefined) left.push(leftOut(strategyName, 'no-equal'));
    else settings = { ...settings, strategy: equal };
  }
  return { settings, left };
}

/** What else stands there, by name: a value may be a secret. */
function leftMembers(file: JsonObject, used: readonly string[]): readonly LeftOut[] {
  const names = Object.keys(file).filter((name) => !used.includes(name));
  return names.slice(0, 100).map((name) => leftOut(name, keyMembers.includes(name) ? 'own-keys' : 'no-equal'));
}
