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
