import type { ClientDefinition } from './client.ts';
import { firstModel } from './preferred-models.ts';

/** Cursor with a base URL of one's own. Its servers make the calls, so that loopback is out of their reach. */
export const cursor: ClientDefinition = {
  id: 'cursor',
  name: 'Cursor',
  modes: [{ id: 'fields', name: 'clients.cursor.fields', hint: 'clients.cursor.fields.hint' }],
  snippet: (_mode, { baseUrl, apiKey, models }) =>
    [
      `OpenAI API Key            ${apiKey}`,
      `Override OpenAI Base URL  ${baseUrl}/v1 (by way of your tunnel)`,
      `Model                     ${firstModel(models)}`,
      '',
    ].join('\n'),
  file: null,
};
