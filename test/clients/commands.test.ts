import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aider } from '../../src-main/clients/aider.ts';
import { claudeCode } from '../../src-main/clients/claude-code.ts';
import type { ClientDefinition } from '../../src-main/clients/client.ts';
import { cline } from '../../src-main/clients/cline.ts';
import { continueClient } from '../../src-main/clients/continue.ts';
import { opencode } from '../../src-main/clients/opencode.ts';
import { qwenCode } from '../../src-main/clients/qwen-code.ts';
import {
  type ClientCommand,
  failTurns,
  installed,
  model,
  noteIncrement,
  patience,
  refusalText,
  type Stand,
  sawImage,
  signalClient,
  startClient,
  startStand,
  untilAborted,
} from './run-client.ts';

/** A command-line client: how it is set up in a home, and asked for one thing. */
interface CommandClient {
  readonly name: string;
  readonly part: string;
  /** Writes its configuration. */
  setUp(stand: Stand): void;
  ask(stand: Stand, prompt: string): ClientCommand;
  /** A prompt that has it make `three.txt` with its own tool. */
  readonly toolPrompt: string;
  /** Asks it to look at `dot.png`; absent where its command line takes none. */
  image?(stand: Stand): ClientCommand;
}

const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

const bin = (part: string, name: string) => join(installed[part] ?? '', 'node_modules', '.bin', name);

/** Calls a shell tool by its name; more members than the command where it wants them. */
function shellPrompt(tool: string, more: object = {}): string {
  return `call tool ${tool} with \`${JSON.stringify({ command: 'touch three.txt', ...more })}\``;
}

/** Writes what the Clients screen would write, where it would: the client finds it by itself. `text` is what its file holds before. */
function setUp({ home, target }: Stand, { file, modes }: ClientDefinition, text = ''): void {
  if (file === null) throw new Error('It has no file.');
  const path = file.path({ platform: process.platform, env: {}, homeDir: home });
  expect(relative(home, path)).not.toMatch(/^\.\./);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, file.plan(text, modes[0]?.id ?? '', target));
}

const quietClaude = { CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_AUTOUPDATER: '1' };
const quietOpencode = { OPENCODE_DISABLE_MODELS_FETCH: '1', OPENCODE_DISABLE_AUTOUPDATE: '1' };

const askOpencode = (prompt: string, more: readonly string[] = []): ClientCommand => ({
  file: bin('opencode', 'opencode'),
  // It puts a word with a space between quotation marks, and stumbles over one that is a number.
  args: ['run', '-m', `slipstream/${model}`, ...more, '--', ...(prompt.includes('"') ? prompt.split(' ') : [prompt])],
  env: quietOpencode,
});

const clients: readonly CommandClient[] = [
  {
    name: 'Claude Code',
    part: 'claude-code',
    setUp: (stand) => setUp(stand, claudeCode),
    ask: (_stand, prompt) => ({
      file: bin('claude-code', 'claude'),
      args: ['-p', '--allowedTools', 'Bash', '--', prompt],
      env: quietClaude,
    }),
    toolPrompt: shellPrompt('Bash', { description: 'step' }),
    image: () => ({
      file: bin('claude-code', 'claude'),
      args: ['-p', '--allowedTools', 'Read', '--', 'call tool Read with `{"file_path":"dot.png"}`'],
      env: quietClaude,
    }),
  },
  {
    name: 'opencode',
    part: 'opencode',
    setUp: (stand) => setUp(stand, opencode),
    ask: (_stand, prompt) => askOpencode(prompt),
    toolPrompt: shellPrompt('bash', { description: 'step' }),
    image: () => askOpencode('Reply with exactly: seen', ['-f', 'dot.png']),
  },
  {
    name: 'Continue',
    part: 'continue',
    setUp: (stand) => setUp(stand, continueClient),
    ask: (_stand, prompt) => ({
      file: bin('continue', 'cn'),
      args: ['--auto', '-p', prompt],
      env: { CONTINUE_TELEMETRY_ENABLED: '0' },
    }),
    toolPrompt: shellPrompt('Bash'),
  },
  {
    name: 'Qwen Code',
    part: 'qwen-code',
    setUp: (stand) => setUp(stand, qwenCode),
    ask: (_stand, prompt) => ({ file: bin('qwen-code', 'qwen'), args: ['-y', '-p', prompt] }),
    toolPrompt: shellPrompt('run_shell_command', { is_background: false }),
    image: () => ({ file: bin('qwen-code', 'qwen'), args: ['-y', '-p', '@dot.png Reply with exactly: seen'] }),
  },
  {
    name: 'Cline',
    part: 'cline',
    setUp: (stand) => setUp(stand, cline),
    ask: (_stand, prompt) => ({ file: bin('cline', 'cline'), args: ['--auto-approve', 'true', prompt] }),
    toolPrompt: 'call tool run_commands with `{"commands":["touch three.txt"]}`',
  },
  {
    name: 'aider',
    part: 'aider',
    setUp: (stand) => setUp(stand, aider, 'dark-mode: true # of its own\n'),
    ask: (_stand, prompt) => ({
      file: join(installed.aider ?? '', 'bin', 'aider'),
      args: [
        ...['--yes-always', '--no-git', '--no-check-update', '--no-show-model-warnings', '--no-pretty'],
        ...['--analytics-disable', '--message', prompt],
      ],
    }),
    // It has no tools: the text of its answer is the file.
    toolPrompt: 'Reply with exactly:\n\nthree.txt\n```\n3\n```\n',
  },
];

let stand: Stand;
beforeEach(async () => {
  stand = await startStand();
});
afterEach(() => stand.stop());

async function run(command: ClientCommand) {
  return await startClient(stand, command).ended;
}

describe.each(clients)('$name', ({ part, setUp, ask, toolPrompt, image }) => {
  const test = it.skipIf(installed[part] === undefined);

  test('ends a tool loop', async ({ task }) => {
    setUp(stand);
    const { all } = await run(ask(stand, toolPrompt));
    expect(existsSync(join(stand.home, 'three.txt')), all).toBe(true);
    expect(stand.rig.app.snapshot().requests.map(({ status }) => status)).not.toContain('failed');
    noteIncrement(task, stand);
  });

  test('stops upstream when it is stopped', async () => {
    setUp(stand);
    const started = stand.rig.simulator.log.waitFor('turn', ({ phase }) => phase === 'started', patience);
    const { child, ended } = startClient(stand, ask(stand, 'Count to 2000000'));
    await started;
    signalClient(child, 'SIGINT');
    await untilAborted(stand);
    signalClient(child, 'SIGKILL');
    await ended;
  });

  test('shows why a turn failed', async () => {
    setUp(stand);
    failTurns(stand);
    const { all } = await run(ask(stand, 'Reply with exactly: never seen'));
    // Some break their lines.
    expect(all.replaceAll(/\s+/g, ' ')).toContain(refusalText);
  });

  it.skipIf(installed[part] === undefined || image === undefined)('sends an image', async () => {
    setUp(stand);
    writeFileSync(join(stand.home, 'dot.png'), pixel);
    const { all } = await run(image?.(stand) ?? { file: '', args: [] });
    expect(sawImage(stand), all).toBe(true);
  });
});
