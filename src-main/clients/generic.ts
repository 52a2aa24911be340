import { curlSnippet } from '../shared/client-snippets.ts';
import { ownMember } from '../shared/own-member.ts';
import type { ClientDefinition, ClientTarget } from './client.ts';

/** What to type or paste, by mode. The Anthropic libraries add `/v1/messages` to the address themselves. */
const snippets: Readonly<Record<string, (target: ClientTarget) => string>> = {
  environment: ({ baseUrl, apiKey }) => `export OPENAI_BASE_URL="${baseUrl}/v1"\nexport OPENAI_API_KEY="${apiKey}"\n`,
  'environment-anthropic': ({ baseUrl, apiKey }) =>
    `export ANTHROPIC_BASE_URL="${baseUrl}"\nexport ANTHROPIC_API_KEY="${apiKey}"\n`,
  fields: ({ baseUrl, apiKey }) =>
    [
      `OpenAI Responses         ${baseUrl}/v1`,
      `OpenAI Chat Completions  ${baseUrl}/v1`,
      `Anthropic Messages       ${baseUrl}`,
      `API key                  ${apiKey}`,
      '',
    ].join('\n'),
  curl: ({ baseUrl, apiKey, models }) => curlSnippet(baseUrl, { key: apiKey, model: models[0]?.slug ?? 'gpt-5.5' }),
};

/** Any other client that speaks Responses, Chat Completions or Messages: nothing to write, only what to type in. */
export const generic: ClientDefinition = {
  id: 'generic',
  name: 'Any other client',
  modes: [
    { id: 'environment', name: 'clients.generic.environment', hint: 'clients.generic.environment.hint' },
    {
      id: 'environment-anthropic',
      name: 'clients.generic.environment-anthropic',
      hint: 'clients.generic.environment-anthropic.hint',
    },
    { id: 'fields', name: 'clients.generic.fields', hint: 'clients.generic.fields.hint' },
    { id: 'curl', name: 'clients.generic.curl', hint: 'clients.generic.curl.hint' },
  ],
  snippet: (mode, target) => ownMember(snippets, mode)?.(target) ?? '',
  file: null,
};
