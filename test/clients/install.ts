import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Clients that are installed together, into one folder outside the tree. */
interface Part {
  readonly name: string;
  readonly registry: 'npm' | 'pypi';
  readonly packages: readonly string[];
}

const parts: readonly Part[] = [
  {
    name: 'libraries-js',
    registry: 'npm',
    packages: [
      ...['openai@7.59.0', '@anthropic-ai/sdk@1.14.0', 'ai@7.0.173', '@ai-sdk/openai@4.0.118', 'zod@4.6.7'],
      ...['@langchain/openai@1.6.0', '@langchain/core@1.4.0', '@openai/agents@0.20.0'],
    ],
  },
  { name: 'continue', registry: 'npm', packages: ['@continuedev/cli@1.5.47'] },
  { name: 'qwen-code', registry: 'npm', packages: ['@qwen-code/qwen-code@0.24.4'] },
  { name: 'opencode', registry: 'npm', packages: ['opencode-ai@1.18.33'] },
  { name: 'claude-code', registry: 'npm', packages: ['@anthropic-ai/claude-code@2.1.332'] },
  // Its check of auto mode is its own.
  { name: 'claude-code-2.1.197', registry: 'npm', packages: ['@anthropic-ai/claude-code@2.1.197'] },
  { name: 'cline', registry: 'npm', packages: ['cline@3.0.65'] },
  {
    name: 'libraries-py',
    registry: 'pypi',
    packages: ['openai==3.57.0', 'openai-agents==0.24.0', 'langchain-openai==1.7.4', 'litellm==1.110.2'],
  },
  // Of newer ones a part is not on every mirror of PyPI.
  { name: 'litellm-proxy', registry: 'pypi', packages: ['litellm[proxy]==1.90.0'] },
  { name: 'aider', registry: 'pypi', packages: ['aider-chat==0.86.2'] },
];

export interface InstallOptions {
  /** Leave out what comes from PyPI. */
  readonly npmOnly: boolean;
  /** Milliseconds since the epoch after which nothing more is installed. */
  readonly endsAtMs: number;
}

/** Installs what is not there yet. Answers the folders by part, and says of every other why it is missing. */
export function installParts(options: InstallOptions): Record<string, string> {
  const cache = process.env.SLIPSTREAM_CLIENTS_DIR ?? join(homedir(), '.cache', 'slipstream-test', 'clients');
  const folders: Record<string, string> = {};
  for (const part of parts) {
    const folder = join(cache, part.name);
    const problem = install(part, folder, options);
    if (problem === null) folders[part.name] = folder;
    else process.stdout.write(`Skipped: ${part.name} (${problem}).\n`);
  }
  return folders;
}

/** Why the part is not there; null where it is. */
function install(
  { name, registry, packages }: Part,
  folder: string,
  { npmOnly, endsAtMs }: InstallOptions,
): string | null {
  // Other versions are another installation.
  const done = join(
    folder,
    `installed-${packages
      .join('-')
      .replaceAll(/[^\w.-]/g, '_')
      .slice(0, 200)}`,
  );
  if (existsSync(done)) return null;
  if (npmOnly && registry !== 'npm') return 'not from npm';
  if (endsAtMs - Date.now() < 10_000) return 'no time left to install it';
  process.stdout.write(`Installing ${packages.join(' ')} into ${folder}\n`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const commands: readonly (readonly [string, readonly string[]])[] =
    registry === 'npm'
      ? [
          [
            'npm',
            ['install', '--prefix', folder, '--no-save', '--no-package-lock', '--no-fund', '--no-audit', ...packages],
          ],
        ]
      : [
          [process.platform === 'win32' ? 'python' : 'python3', ['-m', 'venv', folder]],
          [join(folder, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', ...packages]],
        ];
  for (const [file, args] of commands) {
    const timeout = Math.max(1, endsAtMs - Date.now());
    const { status } = spawnSync(file, args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      timeout,
      shell: process.platform === 'win32',
    });
    if (status !== 0) return `${name} could not be installed from ${registry}`;
  }
  writeFileSync(done, '');
  return null;
}
