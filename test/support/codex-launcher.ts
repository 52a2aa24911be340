import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StandIn } from './stand-in-codex.ts';

interface Launched extends StandIn {
  /** What it does in place of a turn. */
  readonly fault?: 'hangs' | 'fails' | 'silent';
}

const faults: Readonly<Record<NonNullable<Launched['fault']>, string>> = {
  // As a child of the launcher, which is what has to be ended.
  hangs: 'sleep 600; true',
  fails: "echo 'error: something is wrong with this machine' >&2; exit 3",
  silent: 'exit 0',
};

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** A `codex` on this machine that is the stand-in with some differences: the path of its launcher, in a folder of its own. */
export function standInCodex({ fault, ...plan }: Launched) {
  const dir = mkdtempSync(join(tmpdir(), 'stand-in-'));
  const path = join(dir, 'codex');
  const script = join(import.meta.dirname, 'stand-in-codex.ts');
  const words = [process.execPath, '--disable-warning=ExperimentalWarning', script, JSON.stringify(plan)].map(quoted);
  const turn = fault === undefined ? `exec ${words.join(' ')}` : faults[fault];
  const lines = ['#!/bin/sh', `[ "$1" = --version ] && { echo 'codex-cli ${plan.version}'; exit 0; }`, turn, ''];
  writeFileSync(path, lines.join('\n'), { mode: 0o755 });
  return { path, dir, dispose: () => rmSync(dir, { recursive: true, force: true }) };
}
