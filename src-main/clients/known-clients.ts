import { claudeCode } from './claude-code.ts';
import type { ClientDefinition } from './client.ts';
import { codex } from './codex.ts';
import { generic } from './generic.ts';
import { opencode } from './opencode.ts';

/** Every client that can be set up, as screens list them. Adding one is adding a file and a row. */
export const knownClients: readonly ClientDefinition[] = [codex, claudeCode, opencode, generic];
