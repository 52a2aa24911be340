import type { ClientDefinition } from './client.ts';

/** Any other client that speaks the Responses API: nothing to write, only what to type in. */
export const generic: ClientDefinition = {
  id: 'generic',
  name: 'Any other client',
  modes: [
    { id: 'environment', name: 'Environment', hint: 'For a shell; read by the OpenAI libraries and most tools.' },
    { id: 'fields', name: 'Fields', hint: 'For a client that asks for an address and a key.' },
    { id: 'curl', name: 'curl', hint: 'One turn, to see that it works.' },
  ],
  snippet: (mode, { baseUrl, apiKey, models }) => {
    if (mode === 'environment') return `export OPENAI_BASE_URL="${baseUrl}/v1"\nexport OPENAI_API_KEY="${apiKey}"\n`;
    if (mode === 'fields') return `Base URL: ${baseUrl}/v1\nAPI key: ${apiKey}\nAPI: OpenAI Responses\n`;
    const body = JSON.stringify({ model: models[0]?.slug ?? 'gpt-5.5', input: 'Say hello.', stream: true });
    return [
      `curl -N ${baseUrl}/v1/responses \\`,
      `  -H "Authorization: Bearer ${apiKey}" \\`,
      '  -H "Content-Type: application/json" \\',
      `  -d '${body}'`,
      '',
    ].join('\n');
  },
  file: null,
};
