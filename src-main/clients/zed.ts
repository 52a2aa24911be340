import type { ClientDefinition, ClientTarget } from './client.ts';
import { preferredModels, takesImages } from './preferred-models.ts';

/** What Zed takes for a window where the catalogue does not say: every model has at least this. */
const leastWindowTokens = 128_000;

function settings({ baseUrl, models }: ClientTarget) {
  const available = preferredModels(models).map((model) => ({
    name: model.slug,
    display_name: model.name,
    max_tokens: model.contextTokens ?? leastWindowTokens,
    capabilities: { tools: true, images: takesImages(model), parallel_tool_calls: true, prompt_cache_key: true },
  }));
  return {
    language_models: { openai_compatible: { Slipstream: { api_url: `${baseUrl}/v1`, available_models: available } } },
  };
}

/** The Zed editor (zed.dev/docs/ai, OpenAI-compatible endpoints). It keeps keys in the system's keychain, not in a file. */
export const zed: ClientDefinition = {
  id: 'zed',
  name: 'Zed',
  modes: [
    {
      id: 'settings',
      name: 'settings.json',
      hint: 'Run "zed: open settings file" and add this member; then enter the key of its first line for Slipstream among the LLM providers in Zed’s agent settings.',
    },
  ],
  snippet: (_mode, target) =>
    `// API key, to enter in the agent settings: ${target.apiKey}\n${JSON.stringify(settings(target), null, 2)}\n`,
  file: null,
};
