/** What clients are pointed at Slipstream with: the same on the page, in the clients' files and to paste. */

/** The base URL as clients of OpenAI's APIs need it: with `/v1` at its end. */
export function apiBaseUrl(baseUrl: string): string {
  const trimmed = baseUrl.replace(/(?<!\/)\/+$/, '');
  return trimmed.endsWith('/v1') ? trimmed : `${trimmed}/v1`;
}

/** Where the Codex CLI gets the key from: an environment variable by its name, or the key itself. */
export type CodexCredential = { readonly env_key: string } | { readonly experimental_bearer_token: string };

/** The table of the Codex CLI's `config.toml` that the provider stands in. */
export const codexProviderPath = ['model_providers', 'slipstream'] as const;

/** The provider of the Codex CLI's `config.toml`: captures/bearer-ws.json was made with such a one. */
export function codexProvider(baseUrl: string, credential: CodexCredential): Record<string, string | boolean> {
  return {
    name: 'Slipstream',
    base_url: apiBaseUrl(baseUrl),
    wire_api: 'responses',
    supports_websockets: true,
    ...credential,
  };
}

/** A string or a boolean as TOML writes it: escapes of JSON are escapes of TOML, which forbids DEL besides. */
export function tomlLiteral(value: string | boolean): string {
  return JSON.stringify(value).replaceAll('\u007f', '\\u007f');
}

/** The provider and its choice, for the top of a `config.toml`. */
export function codexSnippet(baseUrl: string, credential: CodexCredential): string {
  const members = Object.entries(codexProvider(baseUrl, credential));
  return [
    'model_provider = "slipstream"',
    '',
    `[${codexProviderPath.join('.')}]`,
    ...members.map(([name, value]) => `${name} = ${tomlLiteral(value)}`),
    '',
  ].join('\n');
}

/** One streamed turn with curl; `key` is text of a double-quoted shell word. */
export function curlSnippet(baseUrl: string, { key, model }: { readonly key: string; readonly model: string }): string {
  const body = JSON.stringify({ model, input: 'Say hello.', stream: true });
  // In zsh the brackets of an address such as [::1] would be a pattern of file names.
  return [
    `curl -N "${apiBaseUrl(baseUrl)}/responses" \\`,
    `  -H "Authorization: Bearer ${key}" \\`,
    '  -H "Content-Type: application/json" \\',
    `  -d '${body.replaceAll("'", String.raw`'\''`)}'`,
    '',
  ].join('\n');
}
