import type { ClientDefinition } from './client.ts';
import { firstModel } from './preferred-models.ts';

/** aider in a terminal (aider.chat/docs/config/aider_conf.html). */
export const aider: ClientDefinition = {
  id: 'aider',
  name: 'aider',
  modes: [
    {
      id: 'config',
      name: '.aider.conf.yml',
      hint: 'For ~/.aider.conf.yml; where the file is there already, add these lines to it. Other models have openai/ before their name too.',
    },
  ],
  snippet: (_mode, { baseUrl, apiKey, models }) =>
    [
      `model: ${JSON.stringify(`openai/${firstModel(models)}`)}`,
      `openai-api-base: ${JSON.stringify(`${baseUrl}/v1`)}`,
      `openai-api-key: ${JSON.stringify(apiKey)}`,
      '',
    ].join('\n'),
  file: null,
};
