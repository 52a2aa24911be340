import type { ClientDefinition, ClientTarget, OfferedModel } from './client.ts';
import { firstModel, preferredModels, takesImages } from './preferred-models.ts';

const keyVariable = 'SLIPSTREAM_API_KEY';

function modelEntry(baseUrl: string, model: OfferedModel) {
  return {
    id: model.slug,
    name: `${model.name} (Slipstream)`,
    baseUrl: `${baseUrl}/v1`,
    envKey: keyVariable,
    generationConfig: {
      ...(model.contextTokens === null ? {} : { contextWindowSize: model.contextTokens }),
      // Of a model that it does not know it takes text alone for granted.
      modalities: { image: takesImages(model) },
    },
  };
}

function settings({ baseUrl, apiKey, models }: ClientTarget) {
  return {
    security: { auth: { selectedType: 'openai' } },
    model: { name: firstModel(models) },
    env: { [keyVariable]: apiKey },
    modelProviders: { openai: preferredModels(models).map((model) => modelEntry(baseUrl, model)) },
  };
}

/** Qwen Code in a terminal (qwenlm.github.io/qwen-code-docs, Model Providers). */
export const qwenCode: ClientDefinition = {
  id: 'qwen-code',
  name: 'Qwen Code',
  modes: [
    {
      id: 'settings',
      name: 'settings.json',
      hint: 'For ~/.qwen/settings.json; where the file is there already, add these members to it.',
    },
  ],
  snippet: (_mode, target) => `${JSON.stringify(settings(target), null, 2)}\n`,
  file: null,
};
