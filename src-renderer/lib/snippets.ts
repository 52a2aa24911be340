/** The base URL as clients need it: with `/v1` at its end. */
export function apiBaseUrl(baseUrl: string): string {
  const trimmed = baseUrl.replace(/(?<!\/)\/+$/, '');
  return trimmed.endsWith('/v1') ? trimmed : `${trimmed}/v1`;
}

/** The provider entry for the Codex CLI's `config.toml`. */
export function codexSnippet(baseUrl: string): string {
  return [
    'model_provider = "slipstream"',
    '',
    '[model_providers.slipstream]',
    'name = "Slipstream"',
    `base_url = "${apiBaseUrl(baseUrl)}"`,
    'wire_api = "responses"',
    'env_key = "SLIPSTREAM_KEY"',
    'supports_websockets = true',
    '',
  ].join('\n');
}

/** One streamed turn with curl. */
export function curlSnippet(baseUrl: string, model: string): string {
  const body = JSON.stringify({ model, stream: true, input: 'Say hello.' });
  return [
    `curl -N ${apiBaseUrl(baseUrl)}/responses \\`,
    '  -H "Authorization: Bearer $SLIPSTREAM_KEY" \\',
    '  -H "Content-Type: application/json" \\',
    `  -d '${body}'`,
    '',
  ].join('\n');
}
