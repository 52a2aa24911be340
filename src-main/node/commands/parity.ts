import { resolve } from 'node:path';
import { findCodex } from '../../core/learn/find-codex.ts';
import type { Bridge } from '../../shared/contract.ts';
import { SlipstreamError } from '../../shared/errors.ts';
import type { ProfileComparison } from '../../shared/learned-profile.ts';
import { english } from '../../shared/words/english.ts';
import type { CommandContext } from '../context.ts';

import type { CommonOptions } from '../options.ts';
import { onStopSignal } from '../stop-signals.ts';
import { inEnglish, parityLines } from './parity-text.ts';
import { call, withBridge } from './with-bridge.ts';

export interface ParityOptions extends CommonOptions {
  readonly codex?: string;
  readonly use?: true;
  readonly json?: true;
}

/** Exit code of a program that Ctrl-C ended, as shells have it. */
const interrupted = 130;

/**
 * Learns the shape of the installed Codex command and shows it beside the built-in one and beside what other clients are sent
 * with. Progress goes to standard error, the result to standard output. Exit code 0: learned; 1: no command, or it failed; 130: stopped.
 */
export async function showParity(options: ParityOptions, context: CommandContext): Promise<number> {
  const codex = options.codex === undefined ? findCodex() : resolve(options.codex);
  // Found here, since the shell's PATH is not that of a running instance.
  if (codex === null) throw new SlipstreamError('codex_missing');
  return withBridge(
    options,
    context,
    async (bridge) => {
      context.complain(
        `Learning from ${codex}: four short turns against a recorder on this machine; no account, no network.`,
      );
      const learned = await learn(bridge, codex, context);
      if (learned === null) return interrupted;
      if (options.use) await call(bridge, 'settings.set', { codexProfile: learned.version });
      const { version, source } = learned;
      const compared = options.use ? await call(bridge, 'profiles.compare', { version, source }) : learned;
      const comparison = inEnglish(compared);
      if (options.json) context.print(JSON.stringify(comparison, null, 2));
      else for (const line of parityLines(comparison)) context.print(line);
      return 0;
    },
    'Slipstream learns from the Codex command',
  );
}

/** Null where the user stopped it. */
async function learn(bridge: Bridge, path: string, context: CommandContext): Promise<ProfileComparison | null> {
  let told: string | null = null;
  let isStopped = false;
  const undo = bridge.on((delta) => {
    if (delta.kind !== 'profiles') return;
    const step = delta.profiles.running?.step ?? null;
    if (step !== null && step !== told) context.complain(`  ${english.told(step)} …`);
    told = step;
  });
  const stop = () => {
    isStopped = true;
    void call(bridge, 'profiles.stop', null).catch(() => {});
  };
  const stopHearing = onStopSignal(stop);
  try {
    return await call(bridge, 'profiles.learnFrom', { path });
  } catch (error) {
    if (!isStopped) throw error;
    context.complain('Stopped; nothing was kept.');
    return null;
  } finally {
    stopHearing();
    undo();
  }
}
