import type { Command } from 'commander';

/** What is shown below each command's options. */
const examples: Readonly<Record<string, readonly string[]>> = {
  serve: ['npx slipstream', 'npx slipstream serve --port 0 --no-open', 'npx slipstream --demo'],
  login: ['npx slipstream login', 'npx slipstream login --device'],
  import: [
    'npx slipstream import ~/.codex/auth.json',
    'npx slipstream import --copy auth.json',
    'npx slipstream import ~/.cli-proxy-api --dry-run',
  ],
  accounts: [
    'npx slipstream accounts',
    'npx slipstream accounts --json',
    'npx slipstream accounts proxy ada@example.com -',
  ],
  fast: [
    'npx slipstream fast',
    'npx slipstream fast on',
    'npx slipstream fast auto --demo',
    'npx slipstream fast coin start',
  ],
  language: ['npx slipstream language', 'npx slipstream language zh-CN', 'npx slipstream language system'],
  key: [
    'export SLIPSTREAM_KEY="$(npx slipstream key)"',
    'npx slipstream key --rotate',
    'npx slipstream key add "Ada laptop" --expires 30d --tokens 2000000',
    'npx slipstream key revoke "Ada laptop"',
  ],
  metrics: ['npx slipstream metrics on', 'npx slipstream metrics --rotate'],
  service: [
    'npx slipstream service install',
    'npx slipstream service install --print',
    'npx slipstream service remove',
  ],
  status: ['npx slipstream status', 'npx slipstream status --json'],
  usage: [
    'npx slipstream usage',
    'npx slipstream usage --by day,model --since 6d',
    'npx slipstream usage --by project --csv > usage.csv',
  ],
  'stop-turn': ['npx slipstream stop-turn 0198c2f4-…'],
  open: ['npx slipstream open', 'npx slipstream open --demo'],
  bench: [
    'npx slipstream bench',
    'npx slipstream bench --pairs 12 --model gpt-5.5 --yes --json',
    'npx slipstream bench --factors',
  ],
  parity: ['npx slipstream parity', 'npx slipstream parity --codex ~/bin/codex --use'],
  doctor: ['npx slipstream doctor', 'npx slipstream doctor --offline', 'npx slipstream doctor --yes --json'],
  export: [
    'npx slipstream export har turns.har',
    'npx slipstream export har --since 2h --status failed failed.har',
    'npx slipstream export har - | jq .log.entries[0]',
  ],
  complete: [
    'slipstream complete bash > ~/.local/share/bash-completion/completions/slipstream',
    'slipstream complete zsh > ~/.zfunc/_slipstream',
    'slipstream complete fish > ~/.config/fish/completions/slipstream.fish',
  ],
};

/** Gives every command the options that all take, and its examples. */
export function completeHelp(program: Command): void {
  for (const command of program.commands) {
    const lines = (examples[command.name()] ?? []).map((line) => `\n  ${line}`);
    for (const each of [command, ...command.commands]) each.configureHelp({ showGlobalOptions: true });
    if (lines.length > 0) command.addHelpText('after', `\nExamples:${lines.join('')}`);
  }
}
