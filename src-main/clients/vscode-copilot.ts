import type { ClientDefinition, ClientTarget } from './client.ts';
import { preferredModels, takesImages } from './preferred-models.ts';

/** VS Code wants both numbers of every model; these stand where the catalogue does not say. */
const leastWindowTokens = 128_000;
const answerTokens = 32_000;

function endpoints({ baseUrl, apiKey, models }: ClientTarget) {
  return [
    {
      name: 'Slipstream',
      vendor: 'customendpoint',
      apiKey,
      apiType: 'responses',
      models: preferredModels(models).map((model) => {
        const windowTokens = model.contextTokens ?? leastWindowTokens;
        // What goes in needs room too, also in a window that is small or as long as its answer.
        const maxOutputTokens = Math.min(model.outputTokens ?? answerTokens, Math.floor(windowTokens / 2));
        return {
          id: model.slug,
          name: model.name,
          url: `${baseUrl}/v1/responses`,
          toolCalling: true,
          vision: takesImages(model),
          thinking: model.efforts.length > 0,
          maxInputTokens: windowTokens - maxOutputTokens,
          maxOutputTokens,
        };
      }),
    },
  ];
}

/** GitHub Copilot's chat in VS Code with a key of one's own (code.visualstudio.com/docs, Bring your own language model key). */
export const vscodeCopilot: ClientDefinition = {
  id: 'vscode-copilot',
  name: 'VS Code Copilot',
  modes: [{ id: 'models', name: 'clients.vscodeCopilot.models', hint: 'clients.vscodeCopilot.models.hint' }],
  snippet: (_mode, target) => `${JSON.stringify(endpoints(target), null, 2)}\n`,
  file: null,
};
