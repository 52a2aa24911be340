/** The members of a turn's body that every recorded version sends on both transports; each profile adds its own. */
export const fieldsOfAll = [
  'include',
  'input',
  'model',
  'parallel_tool_calls',
  'prompt_cache_key',
  'reasoning',
  'store',
  'stream',
  'text',
  'tool_choice',
] as const;
