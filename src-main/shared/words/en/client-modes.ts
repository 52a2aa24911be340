/** The ways in which each client can be set up. */
export const clientModesWords = {
  'clients.codex.provider': 'As a provider',
  'clients.codex.provider.hint': 'Needs no ChatGPT login in Codex; every turn goes to Slipstream with its key.',
  'clients.codex.login': 'Beside your ChatGPT login',
  'clients.codex.login.hint': 'Codex keeps its own login, model list and account pages; its turns go to Slipstream.',
  'clients.claudeCode.env': 'For every session',
  'clients.claudeCode.env.hint':
    "Every session of Claude Code goes to Slipstream and uses its models; /model switches between the big and the small one. Auto mode's safety check on Anthropic's servers is not available here: with this set-up Claude Code asks your model instead. Where a version no longer does that, it stops and says so; use another permission mode or permissions.allow rules then.",
  'clients.opencode.provider': 'As a provider',
  'clients.opencode.provider.hint':
    'Adds a provider named Slipstream with its models; choose one of them in opencode with /models.',
  'clients.continue.config': 'config.yaml',
  'clients.continue.config.hint':
    'Adds the models to the ones of your own; choose one of them in Continue. Its editors and its terminal read the same file.',
  'clients.cline.settings': 'providers.json',
  'clients.cline.settings.hint':
    'For Cline in a terminal, and in editors where its version shares this file; in others choose "OpenAI Compatible" as the provider in Cline’s settings, and fill in what the snippet says.',
  'clients.qwenCode.settings': 'settings.json',
  'clients.qwenCode.settings.hint':
    'Adds the models to the ones of your own and chooses the first; /model switches between them.',
  'clients.aider.config': '.aider.conf.yml',
  'clients.aider.config.hint':
    'For every project that has no .aider.conf.yml of its own. Other models have openai/ before their name too; /model changes it.',
  'clients.zed.settings': 'settings.json',
  'clients.zed.settings.hint':
    'Adds a provider named Slipstream. Zed keeps keys in the system’s keychain: enter the API key once for Slipstream among the LLM providers in its agent settings.',
  'clients.vscodeCopilot.models': 'chatLanguageModels.json',
  'clients.vscodeCopilot.models.hint':
    'VS Code 1.122 or newer: run "Chat: Open Language Models (JSON)" and add this entry to the list.',
  'clients.jetbrainsAi.fields': 'Fields',
  'clients.jetbrainsAi.fields.hint':
    'In the settings of AI Assistant, under its models and API keys, add an OpenAI-compatible provider with these.',
  'clients.cursor.fields': 'Fields',
  'clients.cursor.fields.hint':
    'Cursor’s servers make the calls, not the editor, and cannot reach this address. Only an HTTPS tunnel of your own that leads here makes it work, and that opens your accounts to whoever has the key: not advised. Tab completion and some of its agent stay with Cursor.',
  'clients.generic.environment': 'OpenAI environment',
  'clients.generic.environment.hint':
    'For a shell; read by the OpenAI libraries and most tools. They add /responses or /chat/completions.',
  'clients.generic.environment-anthropic': 'Anthropic environment',
  'clients.generic.environment-anthropic.hint':
    'For a shell; read by the Anthropic libraries. Its address has no /v1, since they add /v1/messages.',
  'clients.generic.fields': 'Fields',
  'clients.generic.fields.hint': 'For a client that asks for a base URL and a key: which one depends on its API.',
  'clients.generic.curl': 'curl',
  'clients.generic.curl.hint': 'One turn over Responses, to see that it works.',
} as const;
