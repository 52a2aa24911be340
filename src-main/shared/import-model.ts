import { z } from 'zod';
import { cutText } from './cut-text.ts';

/** The programs whose files can be imported. */
const importTools = ['codex', 'cliproxyapi', 'codex-lb', 'codex-proxy', 'opencodex'] as const;
export type ImportTool = (typeof importTools)[number];

/** Why something of a file is not taken. */
const leftReasons = [
  'other-service',
  'encrypted',
  'signed-out',
  'unreadable',
  'no-equal',
  'own-keys',
  'no-proxy',
  'too-many',
  'no-sign-in',
  'too-large',
  'no-file',
  'not-readable',
] as const;
export type LeftReason = (typeof leftReasons)[number];

const maxLeftChars = 200;

/** What of a file, or of a folder, is not taken: a member, an entry or a file by its name, never a value that may be a secret. */
export const LeftOut = z.object({ what: z.string().max(maxLeftChars), why: z.enum(leftReasons) });
export type LeftOut = z.infer<typeof LeftOut>;

/** What is not taken, by a name that may be cut. */
export function leftOut(what: string, why: LeftReason): LeftOut {
  return { what: cutText(what, maxLeftChars), why };
}

/** What an import of a text would take, and what not. */
export const ImportPreview = z.object({
  /** Null for a file of no program that is known. */
  tool: z.enum(importTools).nullable(),
  accounts: z.array(z.object({ email: z.string(), plan: z.string().nullable(), isThere: z.boolean() })),
  /** Settings, as they would be; a proxy without its user and password. */
  settings: z.array(z.object({ name: z.enum(['proxyUrl', 'strategy', 'fastPolicy']), value: z.string() })),
  left: z.array(LeftOut),
});
export type ImportPreview = z.infer<typeof ImportPreview>;
