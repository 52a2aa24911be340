import type { ClientDefinition } from './client.ts';
import { firstModel } from './preferred-models.ts';

/** Cline in a terminal, and in editors (docs.cline.bot/provider-config/openai-compatible). */
export const cline: ClientDefinition = {
  id: 'cline',
  name: 'Cline',
  modes: [
    { id: 'command', name: 'In a terminal', hint: 'Run it once; Cline keeps what it says in a file of its own.' },
    {
      id: 'fields',
      name: 'In an editor',
      hint: 'In Cline’s settings choose "OpenAI Compatible" as the provider, and fill these in.',
    },
  ],
  snippet: (mode, { baseUrl, apiKey, models }) =>
    mode === 'command'
      ? `cline auth -p openai -k "${apiKey}" -m "${firstModel(models)}" -b "${baseUrl}/v1"\n`
      : `Base URL  ${baseUrl}/v1\nAPI key   ${apiKey}\nModel ID  ${firstModel(models)}\n`,
  file: null,
};
