/** YAML files as they are found on people's machines: name and text. */
const plainYamlShapes: readonly (readonly [name: string, text: string])[] = [
  ['an empty file', ''],
  ['comments alone', '# mine\n\n# nothing yet\n'],
  ['a comment without a line break', '# mine'],
  ['the beginning of a document alone', '---\n# mine\n'],
  ['one key', 'dark-mode: true\n'],
  ['one key without a line break', 'dark-mode: true'],
  ['a document with its beginning and its end', '---\ndark-mode: true # looks\n...\n'],
  ['keys with comments', '# Looks\ndark-mode: true   # dark\n\n# Edits\nauto-commits: false\n# the end\n'],
  ['Windows line breaks', 'dark-mode: true\r\n# two\r\nread:\r\n  - a.md\r\n'],
  ['both kinds of line breaks', 'dark-mode: true\r\nread:\n  - a.md\r\n'],
  ['an indented root', '  dark-mode: true\n  read: [a.md]\n'],
  ['lists in both ways', 'read:\n- a.md\n- b.md # b\nfile: [c.md, "d.md"]\n'],
  ['texts of many lines', 'note: |\n  one\n  # two\n\n  three\nfold: >-\n  a\n  b\n'],
  ['a text of many lines at the end, kept', 'note: |+\n  one\n\n\n'],
  ['quoted texts over lines', "a: \"one\n  two\"\nb: 'it''s\n  here'\n"],
  ['anchors and aliases', 'base: &base\n  a: 1\nmore: *base\nlist: [*base, x]\n'],
  ['a merge', 'base: &base\n  a: 1\nmore:\n  <<: *base\n  b: 2\n'],
  ['names of prototypes', '__proto__: { polluted: yes }\nconstructor:\n  prototype: 1\n'],
  ['tabs between', 'dark-mode:\ttrue\t# looks\n'],
  ['an empty value at the end', 'read:\n'],
  ['braces around all', '{ dark-mode: true, read: [a.md] }\n'],
  ['empty braces', '{}\n'],
  ['blank lines everywhere', '\n\ndark-mode: true\n\n\nread: a.md\n\n\n'],
  ['letters of every kind', 'name: "Zoë 🚀 \\u00e9"\n"ключ": да\n'],
  ['words of YAML 1.1', 'a: yes\nb: no\nc: 0o17\nd: 017\ne: 1_000\nf: 2026-01-01\n'],
];

/** .aider.conf.yml. */
export const aiderShapes: readonly (readonly [name: string, text: string])[] = [
  ...plainYamlShapes,
  ['a model of its own', 'model: sonnet # mine\nweak-model: haiku\n'],
  ['a model that says nothing', 'model:\ndark-mode: true\n'],
  ['a model that says nothing, with a comment', 'model: # later\ndark-mode: true\n'],
  ['another endpoint', 'openai-api-base: https://x.test/v1\nopenai-api-key: sk-old # old\nmodel: openai/x\n'],
  ['another endpoint in quotes', '"openai-api-base": \'https://x.test/v1\'\n'],
  ['another endpoint between braces', '{ openai-api-base: x, dark-mode: true }\n'],
  ['keys in a list', 'api-key:\n  - gemini=abc\n  - openai=def\n'],
];

/** config.yaml of Continue. */
export const continueShapes: readonly (readonly [name: string, text: string])[] = [
  ...plainYamlShapes,
  [
    'models of its own',
    'name: Mine\nversion: 0.0.1\nschema: v1\nmodels:\n  - name: Local # here\n    provider: ollama\n    model: x\n    # about it\n    roles:\n      - chat\n\nrules:\n  - Be brief.\n',
  ],
  ['models that begin where their key does', 'name: Mine\nmodels:\n- name: Local\n  provider: ollama\n  model: x\n'],
  ['models at the end, without a line break', 'name: Mine\nmodels:\n  - uses: ollama/x\n    with:\n      A: b'],
  ['no models yet', 'name: Mine\nmodels:\nrules: []\n'],
  ['no models yet, with a comment', 'name: Mine\nmodels: # none\nrules: []\n'],
  ['no models, said', 'name: Mine\nmodels: null\n'],
  ['an empty list of models', 'name: Mine\nmodels: [] # none\n'],
  ['models between brackets', 'name: Mine\nmodels: [{ name: Local, provider: ollama, model: x }, ]\n'],
  [
    'an entry of the same name',
    'models:\n  - name: First (Slipstream)\n    provider: openai # mine\n    apiBase: http://127.0.0.1:9/v1\n    model: first\n    defaultCompletionOptions:\n      temperature: 1\n  - name: Z\n    provider: x\n    model: y\n',
  ],
  ['an entry of the same name between braces', 'models: [{ name: First (Slipstream), apiKey: old }]\n'],
  ['an entry with an anchor', 'models:\n  - &a\n    name: A\n    provider: x\n    model: y\n  - <<: *a\n    name: B\n'],
  [
    'entries with a text of many lines at the end',
    'models:\n  - name: A\n    provider: x\n    note: |\n      one\n      two\n# end\n',
  ],
];

/** Files that are refused: name, text and what is said. */
export const refusedYamlShapes: readonly (readonly [name: string, text: string, said: string])[] = [
  ['tabs as indentation', 'a:\n\tb: 1\n', 'line 2'],
  ['an open quote', 'a: 1\nb: "x\n', 'not valid YAML (line'],
  ['a key twice', 'model: a\nmodel: b\n', 'line 2'],
  ['two documents', 'a: 1\n---\nb: 2\n', 'line 2'],
  ['a list', '- a\n- b\n', 'it is no map'],
  ['a word', 'hello\n', 'it is no map'],
  ['an anchor that is not there', 'a: *none\n', 'the alias none'],
  ['an alias of itself', 'a: &a [*a]\n', 'the alias a'],
  [
    'aliases that hold millions',
    `a: &a [x, x, x, x, x, x, x, x]\n${[...'bcdefgh'].map((name, index) => `${name}: &${name} [${`*${'abcdefg'[index]}, `.repeat(8)}]\n`).join('')}`,
    'too many values',
  ],
  ['more than anybody writes', `a: ${'x'.repeat(65 * 1024)}\n`, '64 KiB'],
  ['a key that is a list', '? [a, b]\n: c\n', 'no text'],
  ['a depth that nobody has', `a: ${'['.repeat(1_500)}`, 'YAML'],
];
