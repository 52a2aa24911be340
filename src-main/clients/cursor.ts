import type { ClientDefinition } from './client.ts';
import { firstModel } from './preferred-models.ts';

/** Cursor with a base URL of one's own. Its servers make the calls, so that loopback is out of their reach. */
export const cursor: ClientDefinition = {
  id: 'cursor',
  name: 'Cursor',
  modes: [
    {
      id: 'fields',
      name: 'Fields',
      hint: 'Cursor’s servers make the calls, not the editor, and cannot reach this address. Only an HTTPS tunnel of your own that leads here makes it work, and that opens your accounts to whoever has the key: not advised. Tab completion and some of its agent stay with Cursor.',
    },
  ],
  snippet: (_mode, { baseUrl, apiKey, models }) =>
    [
      `OpenAI API Key            ${apiKey}`,
      `Override OpenAI Base URL  ${baseUrl}/v1 (by way of your tunnel)`,
      `Model                     ${firstModel(models)}`,
      '',
    ].join('\n'),
  file: null,
};
