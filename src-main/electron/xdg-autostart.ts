import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { Autostart } from '../core/ports.ts';
import { SlipstreamError } from '../shared/errors.ts';
import { said } from '../shared/words/said.ts';

interface XdgOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDir: string;
  /** The program: inside an AppImage that is the file `$APPIMAGE` names, not the one that runs. */
  readonly program: string;
  readonly args: readonly string[];
}

/** Start at login as the freedesktop.org autostart specification has it: one file in the user's configuration. */
export function xdgAutostart({ env, homeDir, program, args }: XdgOptions): Autostart {
  const path = join(env.XDG_CONFIG_HOME || join(homeDir, '.config'), 'autostart', 'slipstream.desktop');
  const content = desktopEntry(program, args);
  const entry = () => readIfCan(path);
  const isEnabled = () => {
    const content = entry();
    return content !== null && !isSwitchedOff(content);
  };
  const write = () => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileAtomic.sync(path, content, { mode: 0o644 });
  };
  // An AppImage that was moved or replaced by a newer one would not be found at the next login.
  if (isEnabled() && isMoved(entry() ?? '', execLine(program, args))) {
    try {
      write();
    } catch {
      // The switch says so when it is used.
    }
  }
  return {
    unsupported: null,
    isEnabled,
    set: (enabled) => attempt(() => (enabled ? write() : rmSync(path, { force: true }))),
  };
}

/** Null where there is none that can be read, which must not keep the program from its settings. */
function readIfCan(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** Desktop environments switch an entry off by a key and leave the file. */
function isSwitchedOff(content: string): boolean {
  return /^(Hidden\s*=\s*true|X-GNOME-Autostart-enabled\s*=\s*false)\s*$/im.test(content);
}

/** Whether an entry differs in the program alone: one with other arguments is another start's, or the user's. */
function isMoved(content: string, exec: string): boolean {
  const written = /^Exec=.*$/m.exec(content)?.[0];
  const argsOf = (line: string) => /^Exec="(?:[^"\\]|\\.)*"(.*)$/.exec(line)?.[1];
  return written !== undefined && written !== exec && argsOf(written) === argsOf(exec);
}

function execLine(program: string, args: readonly string[]): string {
  return `Exec=${[program, ...args].map(quoteExec).join(' ')}`;
}

function desktopEntry(program: string, args: readonly string[]): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Slipstream',
    'Comment=Local proxy for Codex accounts',
    execLine(program, args),
    'Icon=slipstream',
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}

/** An argument of `Exec`: quoted, field codes disarmed, then escaped once more as every string of the file is. */
export function quoteExec(text: string): string {
  const quoted = `"${text.replace(/["`$\\]/g, '\\$&').replaceAll('%', '%%')}"`;
  return quoted.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function attempt(action: () => void): void {
  try {
    action();
  } catch (cause) {
    throw new SlipstreamError('store_unwritable', { ...said('failures.write.autostart'), cause });
  }
}
