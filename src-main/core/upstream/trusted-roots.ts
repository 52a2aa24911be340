import { X509Certificate } from 'node:crypto';
import { statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { SlipstreamError } from '../../shared/errors.ts';
import { said } from '../../shared/words/said.ts';
import { tell, toldFormat } from '../../shared/words/told.ts';
import { othersWords, type Told } from '../../shared/words/told-text.ts';
import { systemCode, writeProblem } from '../../shared/write-problem.ts';
import { readPlainFile } from '../plain-file.ts';
import type { Clock } from '../ports.ts';

const maxFileBytes = 4 * 1024 * 1024;
/** The file may be written anew while Slipstream runs. */
const lookEveryMs = 1_000;

const certificateBlock = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]{1,65536}-----END CERTIFICATE-----/g;

/** Certificates in a PEM text. Throws, for people, where there is none or one cannot be read. */
function certificatesOf(text: string): readonly string[] {
  const blocks = text.match(certificateBlock) ?? [];
  if (blocks.length === 0) throw new Error(tell('failures.certificates.pem'));
  for (const [index, block] of blocks.entries()) {
    try {
      new X509Certificate(block);
    } catch {
      throw new Error(tell('failures.certificates.one', { n: String(index + 1), all: String(blocks.length) }));
    }
  }
  return blocks;
}

/** Certificates of a PEM file. Throws `ca_file_invalid`, saying why. */
export function readCertificates(path: string): readonly string[] {
  try {
    if (!isAbsolute(path)) throw new Error(tell('failures.certificates.relative'));
    const { size } = statSync(path);
    if (size > maxFileBytes)
      throw new Error(tell('failures.certificates.large', { size: toldFormat('bytes', maxFileBytes) }));
    return certificatesOf(readPlainFile(path));
  } catch (cause) {
    throw new SlipstreamError('ca_file_invalid', {
      ...said('failures.certificates', { path, why: reason(cause) }),
      cause,
    });
  }
}

function reason(cause: unknown): Told {
  const code: unknown = cause instanceof Error && 'code' in cause ? cause.code : null;
  if (code === 'ENOENT') return tell('failures.certificates.none');
  if (code === 'EACCES' || code === 'EPERM') return tell('failures.certificates.permission');
  if (code === 'EISDIR') return tell('failures.certificates.folder');
  if (systemCode(cause) !== '') return writeProblem(cause);
  return cause instanceof Error ? othersWords(cause.message) : tell('failures.certificates.unreadable');
}

/** Whom upstream's and the issuer's certificates may come from: Node's own list, and those of a file of the user's. */
export class TrustedRoots {
  readonly #file: () => string | null;
  readonly #clock: Clock;
  #seen = { path: '', stamp: '', atMs: Number.NEGATIVE_INFINITY };
  #made: { readonly key: string; readonly context: SecureContext } | null = null;

  /** `file` is the path of a PEM file, or null for Node's own list alone. */
  constructor(file: () => string | null, clock: Clock) {
    this.#file = file;
    this.#clock = clock;
  }

  /** Another text whenever others are trusted: connections made under one are not used under another. */
  get key(): string {
    const path = this.#file();
    if (path === null) return '';
    const nowMs = this.#clock.monotonicMs();
    if (this.#seen.path !== path || nowMs - this.#seen.atMs >= lookEveryMs) {
      const before = this.#seen.path === path ? this.#seen.stamp : '';
      // One that is gone or cannot be looked at for a moment takes no trust away.
      this.#seen = { path, stamp: stampOf(path) ?? before, atMs: nowMs };
    }
    return `${path} ${this.#seen.stamp}`;
  }

  /** For TLS; undefined where Node's own list is all. Throws `upstream_unreachable` where the file cannot be used any more. */
  context(): SecureContext | undefined {
    const { key } = this;
    const path = this.#file();
    if (path === null) return undefined;
    if (this.#made?.key !== key) {
      const ca = [...getCACertificates('default'), ...usableCertificates(path)];
      this.#made = { key, context: createSecureContext({ ca }) };
    }
    return this.#made.context;
  }
}

function usableCertificates(path: string): readonly string[] {
  try {
    return readCertificates(path);
  } catch (cause) {
    throw new SlipstreamError('upstream_unreachable', {
      ...said('failures.turn.certificates', { why: cause instanceof Error ? cause.message : path }),
      cause,
    });
  }
}

/** Null where the system does not say. */
function stampOf(path: string): string | null {
  try {
    const { mtimeMs, size, ino } = statSync(path);
    return `${mtimeMs} ${size} ${ino}`;
  } catch {
    return null;
  }
}
