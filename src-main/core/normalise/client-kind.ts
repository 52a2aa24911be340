import { cutText } from '../../shared/cut-text.ts';
import { headerValue, type RawHeaders } from '../headers.ts';

/** Originators of the official clients (PROTOCOL.md, Identity). */
const codexOriginator = /^(codex[_-]|Codex )/;

/** Who calls, as far as shaping cares. */
export interface ClientKind {
  readonly isCodex: boolean;
  /** Version in its own user agent, e.g. `0.169.0`; null when there is none. */
  readonly version: string | null;
  /** For people: `codex_exec 0.169.0`, `curl 8.5.0`. */
  readonly label: string;
}

/** A turn asks many times. */
const known = new WeakMap<RawHeaders, ClientKind>();

/** Tells an official Codex client from others by its originator. */
export function clientKind(headers: RawHeaders): ClientKind {
  const before = known.get(headers);
  if (before !== undefined) return before;
  const kind = readKind(headers);
  known.set(headers, kind);
  return kind;
}

function readKind(headers: RawHeaders): ClientKind {
  const originator = headerValue(headers, 'originator') ?? '';
  const userAgent = headerValue(headers, 'user-agent') ?? '';
  const product = userAgent.match(/^((?:Codex )?[^\s/]{1,60})(?:\/([^\s]{1,40}))?/);
  const isCodex = codexOriginator.test(originator);
  const version = product?.[2] ?? null;
  const name = originator !== '' ? cutText(originator, 60) : (product?.[1] ?? 'unknown client');
  return {
    isCodex,
    version: isCodex && version !== null && /^\d+\.\d+\.\d+/.test(version) ? version : null,
    label: version === null ? name : `${name} ${version}`,
  };
}
