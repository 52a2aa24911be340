import { aider } from './aider.ts';
import { claudeCode } from './claude-code.ts';
import type { ClientDefinition } from './client.ts';
import { cline } from './cline.ts';
import { codex } from './codex.ts';
import { continueClient } from './continue.ts';
import { cursor } from './cursor.ts';
import { generic } from './generic.ts';
import { jetbrainsAi } from './jetbrains-ai.ts';
import { opencode } from './opencode.ts';
import { qwenCode } from './qwen-code.ts';
import { vscodeCopilot } from './vscode-copilot.ts';
import { zed } from './zed.ts';

/** Every client that can be set up, as screens list them. Adding one is adding a file and a row. */
export const knownClients: readonly ClientDefinition[] = [
  ...[codex, claudeCode, opencode],
  ...[continueClient, cline, qwenCode, aider, zed, vscodeCopilot, jetbrainsAi, cursor],
  generic,
];
