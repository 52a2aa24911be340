import type { ClientDefinition } from './client.ts';
import { firstModel } from './preferred-models.ts';

/** JetBrains AI Assistant with a provider of one's own (jetbrains.com/help/ai-assistant, Bring your own key). */
export const jetbrainsAi: ClientDefinition = {
  id: 'jetbrains-ai',
  name: 'JetBrains AI',
  modes: [{ id: 'fields', name: 'clients.jetbrainsAi.fields', hint: 'clients.jetbrainsAi.fields.hint' }],
  snippet: (_mode, { baseUrl, apiKey, models }) =>
    `URL    ${baseUrl}/v1\nKey    ${apiKey}\nModel  ${firstModel(models)}\n`,
  file: null,
};
