import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { SimulatedAccount } from '../../src-main/simulator/accounts/accounts.ts';

/** Values that must not be seen, gathered while a test goes on: every token that people have held so far. */
export class Canary {
  readonly #values = new Map<string, string>();

  /** Takes in the tokens that these people hold now. */
  learn(...people: readonly SimulatedAccount[]): void {
    for (const { tokens } of people) {
      for (const [kind, value] of Object.entries(tokens)) {
        if (typeof value !== 'string') continue;
        this.#values.set(value, kind);
        // Part of a JWT is as bad: its signature is what makes it one.
        const signature = value.split('.')[2];
        if (signature !== undefined) this.#values.set(signature.slice(0, 60), `signature of an ${kind}`);
      }
    }
  }

  /** Adds one value by hand. */
  add(value: string, kind: string): void {
    this.#values.set(value, kind);
  }

  get count(): number {
    return this.#values.size;
  }

  /** Kinds of values that a text holds, also where they are written as base64 or in a URL. */
  seenIn(text: string): string[] {
    const found: string[] = [];
    for (const [value, kind] of this.#values) {
      const forms = [value, Buffer.from(value).toString('base64').slice(4, -4), encodeURIComponent(value)];
      if (forms.some((form) => text.includes(form))) found.push(kind);
    }
    return found;
  }

  /** Files below a folder that hold one, by their path from there. */
  filesIn(folder: string): string[] {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => this.seenIn(readFileSync(path, 'latin1')).length > 0)
      .map((path) => relative(folder, path))
      .sort();
  }

  /** Processes of this machine whose command line or environment holds one. */
  processes(): string[] {
    const seen: string[] = [];
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      const text = ['cmdline', 'environ'].map((name) => readProc(`/proc/${pid}/${name}`)).join('\n');
      if (this.seenIn(text).length > 0) seen.push(`${pid} ${readProc(`/proc/${pid}/comm`).trim()}`);
    }
    return seen;
  }
}

function readProc(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    // It has ended, or is not ours to read.
    return '';
  }
}

/** Whether this machine lists its processes as files. */
export function hasProc(): boolean {
  try {
    return readlinkSync('/proc/self') !== '';
  } catch {
    return false;
  }
}
