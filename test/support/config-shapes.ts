/** config.toml as it is found on people's machines: name and text. */
export const tomlShapes: readonly (readonly [name: string, text: string])[] = [
  ['an empty file', ''],
  ['one comment without a line break', '# my settings'],
  ['one key', 'model = "gpt-5.5"\n'],
  ['one key without a line break', 'model = "gpt-5.5"'],
  ['keys with comments', '# Model\nmodel = "gpt-5.5"   # the big one\n\n# Effort\nmodel_reasoning_effort = "high"\n'],
  ['tables alone', '[tui]\nnotifications = true\n'],
  ['a comment, then tables alone', '# settings of mine\n\n[tui] # looks\nnotifications = true # beep\n'],
  [
    'what Codex writes itself',
    'model = "gpt-5.5"\n\n[projects."/home/ada/a b"]\ntrust_level = "trusted"\n\n[projects."/srv/x.y"]\ntrust_level = "untrusted"\n\n[notice]\nhide_full_access_warning = true\n',
  ],
  [
    'profiles',
    'profile = "work"\n\n[profiles.work]\nmodel = "o"\nmodel_provider = "azure"\n\n[profiles.home]\nmodel = "p"\n',
  ],
  [
    'an existing provider',
    'model_provider = "azure"\n\n[model_providers.azure]\nname = "Azure"\nbase_url = "https://x.test/openai"\nenv_key = "AZURE_KEY"\nquery_params = { api-version = "2026-01-01" }\n',
  ],
  [
    'a provider of the same name',
    'model_provider = "slipstream" # fast\n\n[model_providers.slipstream]\n# by hand\nname = "Mine"\nbase_url = "http://127.0.0.1:9/v1" # old port\nenv_key = "OLD_KEY" # gone soon\nrequest_max_retries = 9\n\n[tui]\nnotifications = true\n',
  ],
  [
    'a provider of the same name with tables of its own',
    '[model_providers.slipstream]\nname = "Mine"\n[model_providers.slipstream.http_headers]\nx-team = "a"\n[model_providers.zed]\nname = "Z"\n',
  ],
  ['a table of the provider without the provider', '[model_providers.slipstream.http_headers]\nx-team = "a"\n'],
  [
    'providers inline',
    'model_providers = { other = { name = "O", base_url = "http://x.test" } } # one line\nmodel = "a"\n',
  ],
  ['the provider inline', 'model_providers = { slipstream = { name = "Old", env_key = "K" }, o = { name = "O" } }\n'],
  ['the provider inline, empty', 'model_providers = { slipstream = {} }\n[a]\nb = 1\n'],
  ['an empty inline table of providers', 'model_providers = {}\n'],
  ['providers in a table, inline', '[model_providers]\nother = { name = "O" }\n\n[tui]\na = 1\n'],
  ['the provider in a table, inline', '[model_providers]\nslipstream = { env_key = "K", name = "S" } # mine\n'],
  [
    'dotted keys',
    'model_providers.other.name = "O"\nmodel_providers.other.base_url = "http://x.test"\n\n[tui]\na = 1\n',
  ],
  [
    'the provider in dotted keys',
    'model_providers.slipstream.name = "S"\nmodel_providers.slipstream.env_key = "K"\nmodel = "a"\n',
  ],
  [
    'the provider in dotted keys of a table',
    '[model_providers]\nslipstream.name = "S" # s\nslipstream.env_key = "K"\nother.name = "O"\n',
  ],
  ['dotted keys inside an inline table', 'model_providers = { other.name = "O", slipstream.name = "S" }\n'],
  ['an empty table of the provider', '[model_providers.slipstream]\n\n[tui]\na = 1\n'],
  ['arrays of tables', '[[hooks]]\nname = "a"\n\n[[hooks]]\nname = "b"\n\n[hooks.more]\nmodel_provider = "trap"\n'],
  ['quoted keys', '"model_provider" = \'old\'\n["model_providers"."slipstream"]\n"name" = \'x\'\n'],
  [
    'keys inside strings',
    'notes = """\n[model_providers.slipstream]\nmodel_provider = "trap"\n"""\n\n[a]\nb = \'\'\'\nopenai_base_url = 1\n\'\'\'\n',
  ],
  ['keys of the same name in other tables', '[custom]\nmodel_provider = "trap"\nopenai_base_url = "trap"\n'],
  ['Windows line breaks', 'model = "a"\r\n\r\n# two\r\n[tui]\r\nnotifications = true\r\n'],
  ['both kinds of line breaks', 'model = "a"\r\n\n[tui]\nnotifications = true\r\n'],
  ['a byte order mark', '\ufeffmodel = "a"\n\n[tui]\nnotifications = true\n'],
  ['a byte order mark alone', '\ufeff'],
  [
    'a byte order mark and Windows line breaks, the last one missing',
    '\ufeffmodel = "a"\r\n[tui]\r\nnotifications = true',
  ],
  ['indented tables', '  model = "a"\n\n  [tui]\n    notifications = true\n\n\t[x]\n\ty = 1\n'],
  [
    'long arrays with comments',
    '[mcp_servers.docs]\ncommand = "npx"\nargs = [\n  "-y", # yes\n  # which\n  "docs-server",\n]\nenv = { "TOKEN" = "tok-0123456789" }\n',
  ],
  [
    'dates, floats and big numbers',
    'd = 1979-05-27T07:32:00Z\nt = 07:32:00\nf = 1.50\nh = 0xFF\nn = 9007199254740993\n\n[u]\nx = inf\n',
  ],
  ['an existing openai_base_url', 'openai_base_url = "https://proxy.test/v1" # company\nmodel = "a"\n'],
  ['blank lines everywhere', '\n\n\nmodel = "x"\n\n\n\n[a]\nb = 1\n\n\n'],
  ['no break after the last table', 'model = "x"\n[a]\nb = 1'],
  ['letters of every kind', 'name = "Zoë 🚀 \\u00e9"\n["ключ"]\n"значение" = "да"\n'],
];

/** JSON files as they are found on people's machines, whatever they are for. */
const plainJsonShapes: readonly (readonly [name: string, text: string])[] = [
  ['an empty file', ''],
  ['an empty object', '{}'],
  ['an empty object with a comment', '{\n  // nothing yet\n}\n'],
  ['settings', '{\n  "$schema": "https://opencode.ai/config.json",\n  "theme": "system"\n}\n'],
  [
    'comments everywhere',
    '// top\n{\n  /* one */ "theme": "system", // looks\n  // about the model\n  "model": "a/b" // last\n  // the end\n}\n// after\n',
  ],
  ['a trailing comma', '{\n  "theme": "system",\n}\n'],
  ['a trailing comma with a comment', '{\n  "theme": "system", // looks\n  // end\n}\n'],
  ['a comma on a line of its own', '{\n  "theme": "system" // looks\n  ,\n}\n'],
  ['one line', '{"theme":"system","model":"a/b"}'],
  ['tabs', '{\n\t"theme": "system",\n\t"provider": {\n\t\t"other": { "npm": "x" }\n\t}\n}\n'],
  ['Windows line breaks', '{\r\n    "theme": "system",\r\n    "provider": {}\r\n}\r\n'],
  ['a byte order mark', '\ufeff{\n  "theme": "system"\n}\n'],
  ['a byte order mark, Windows line breaks and a trailing comma', '\ufeff// mine\r\n{\r\n  "theme": "system",\r\n}'],
  ['blank lines alone', '\n\n'],
  ['slashes inside strings', '{\n  "a": "http://x.test//y", // c\n  "b": "/* no */",\n  "c": 1\n}'],
];

/** opencode.json. */
export const jsonShapes: readonly (readonly [name: string, text: string])[] = [
  ...plainJsonShapes,
  [
    'a provider of the same name',
    '{\n  "provider": {\n    "slipstream": {\n      "npm": "@ai-sdk/openai-compatible", // old\n      "options": { "baseURL": "http://127.0.0.1:9/v1", "timeout": 7 },\n      "models": { "mine": { "name": "Mine" } } // kept\n    }\n  }\n}\n',
  ],
  ['a list of enabled providers', '{ "enabled_providers": ["anthropic"] /* only */ }\n'],
  ['an empty list of enabled providers', '{ "enabled_providers": [] }\n'],
];

const isPlainJson = ([, text]: readonly [name: string, text: string]) => {
  try {
    return text.trim() === '' || JSON.parse(text.replace(/^\ufeff/, '')) !== null;
  } catch {
    return false;
  }
};

/** Files that Claude Code ignores for their comments or trailing commas. */
export const ignoredSettingsShapes = plainJsonShapes.filter((shape) => !isPlainJson(shape));

/** settings.json of Claude Code. */
export const settingsShapes: readonly (readonly [name: string, text: string])[] = [
  ...plainJsonShapes.filter(isPlainJson),
  ['no line break at the end', '{\n  "theme": "system"\n}'],
  ['a byte order mark, Windows line breaks', '\ufeff{\r\n\t"theme": "system"\r\n}\r\n'],
  [
    'what Claude Code writes itself',
    '{\n  "permissions": {\n    "allow": [\n      "Bash(npm test:*)"\n    ]\n  },\n  "model": "opus"\n}\n',
  ],
  ['variables of its own', '{\n  "env": {\n    "EDITOR": "vi",\n    "DISABLE_TELEMETRY": "1"\n  }\n}\n'],
  [
    'another gateway',
    '{\n  "env": {\n    "ANTHROPIC_BASE_URL": "https://gateway.test",\n    "ANTHROPIC_API_KEY": "sk-old",\n    "ANTHROPIC_SMALL_FAST_MODEL": "small-1"\n  },\n  "model": "opus"\n}\n',
  ],
  [
    'another vendor, on one line',
    '{"env":{"CLAUDE_CODE_USE_BEDROCK":"1","AWS_REGION":"x"},"includeCoAuthoredBy":false}',
  ],
  ['empty variables', '{ "env": {} }'],
];

/** settings.json of Qwen Code, where `model` holds members. */
export const qwenShapes: readonly (readonly [name: string, text: string])[] = [
  ...plainJsonShapes.map(([name, text]) => [name, text.replace('"model"', '"ui"')] as const),
  [
    'what Qwen Code writes itself',
    '{\n  "security": {\n    "auth": {\n      "selectedType": "qwen-oauth"\n    }\n  },\n  "$version": 4\n}\n',
  ],
  [
    'models of its own',
    '{\n  "modelProviders": {\n    "openai": [\n      { "id": "first", "envKey": "OTHER_KEY", "baseUrl": "https://x.test/v1" }, // theirs\n      // the end\n    ],\n    "gemini": [{ "id": "g" }]\n  },\n  "model": { "name": "first", "temperature": 1 }\n}\n',
  ],
  ['models on one line', '{ "modelProviders": { "openai": [{ "id": "a" }] } }'],
  ['an empty list of models', '{\n  "modelProviders": { "openai": [] }\n}\n'],
  [
    'a set-up of another port',
    '{\n  "modelProviders": {\n    "openai": [\n      {\n        "id": "first",\n        "name": "Mine", // by hand\n        "baseUrl": "http://127.0.0.1:9/v1",\n        "envKey": "SLIPSTREAM_API_KEY"\n      }\n    ]\n  },\n  "model": { "name": "second" }\n}\n',
  ],
  ['variables of its own', '{\n  "env": {\n    "GEMINI_API_KEY": "g-1"\n  }\n}\n'],
];

/** settings.json of Zed. */
export const zedShapes: readonly (readonly [name: string, text: string])[] = [
  ...plainJsonShapes,
  [
    'what Zed begins with',
    '// Zed settings\n//\n// For information on how to configure Zed\n{\n  "ui_font_size": 16,\n  "theme": { "mode": "system", "light": "One Light", "dark": "One Dark" },\n}\n',
  ],
  [
    'another provider',
    '{\n  "language_models": {\n    "openai_compatible": { "Other": { "api_url": "https://x.test", "available_models": [] } },\n    "ollama": { "api_url": "http://127.0.0.1:11434" }\n  }\n}\n',
  ],
  [
    'the provider with a model of its own',
    '{\n  "language_models": {\n    "openai_compatible": {\n      "Slipstream": {\n        "api_url": "http://127.0.0.1:9/v1",\n        "available_models": [{ "name": "first", "max_tokens": 5 } /* mine */]\n      }\n    }\n  }\n}\n',
  ],
  ['the provider without models', '{ "language_models": { "openai_compatible": { "Slipstream": {} } } }'],
];

/** providers.json of Cline, which takes neither comments nor trailing commas. */
export const clineShapes: readonly (readonly [name: string, text: string])[] = [
  ...plainJsonShapes.filter(isPlainJson),
  [
    'what Cline writes itself',
    '{\n  "version": 1,\n  "lastUsedProvider": "cline",\n  "modes": {},\n  "providers": {\n    "cline": {\n      "settings": { "provider": "cline", "auth": { "accessToken": "t" } },\n      "updatedAt": "2026-11-01T00:00:00.000Z",\n      "tokenSource": "oauth"\n    }\n  }\n}\n',
  ],
  [
    'another endpoint',
    '{"version":1,"providers":{"openai-compatible":{"settings":{"provider":"openai-compatible","apiKey":"sk-old","model":"x","baseUrl":"https://x.test/v1","headers":{"a":"b"}},"updatedAt":"2026-11-01T00:00:00.000Z","tokenSource":"manual"}}}',
  ],
  [
    'a model of ours',
    '{"version":1,"providers":{"openai-compatible":{"settings":{"provider":"openai-compatible","model":"second"}}}}',
  ],
];

/** Lines of the first text that are not in the second, in order. */
export function lostLines(before: string, after: string): string[] {
  const left = after.split(/\r?\n/);
  return before.split(/\r?\n/).filter((line) => {
    const at = left.indexOf(line);
    if (at !== -1) left.splice(0, at + 1);
    return at === -1;
  });
}
