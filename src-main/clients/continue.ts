import type { ClientDefinition, ClientTarget, OfferedModel } from './client.ts';
import { preferredModels, takesImages } from './preferred-models.ts';

/** A JSON text is a YAML value, whatever is in it. */
const yaml = JSON.stringify;

function modelLines({ baseUrl, apiKey }: ClientTarget, model: OfferedModel): string[] {
  return [
    `  - name: ${yaml(`${model.name} (Slipstream)`)}`,
    '    provider: openai',
    `    model: ${yaml(model.slug)}`,
    `    apiBase: ${yaml(`${baseUrl}/v1`)}`,
    `    apiKey: ${yaml(apiKey)}`,
    '    roles: [chat, edit, apply]',
    `    capabilities: [tool_use${takesImages(model) ? ', image_input' : ''}]`,
  ];
}

/** Continue in editors and in a terminal (docs.continue.dev/reference). */
export const continueClient: ClientDefinition = {
  id: 'continue',
  name: 'Continue',
  modes: [
    {
      id: 'config',
      name: 'config.yaml',
      hint: 'For ~/.continue/config.yaml; where the file is there already, add only the entries below "models:".',
    },
  ],
  snippet: (_mode, target) =>
    [
      ...['name: Slipstream', 'version: 1.0.0', 'schema: v1', 'models:'],
      ...preferredModels(target.models).flatMap((model) => modelLines(target, model)),
      '',
    ].join('\n'),
  file: null,
};
