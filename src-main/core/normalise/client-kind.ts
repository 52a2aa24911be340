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

/** `curl/8.5.0`, `Codex Desktop/26.0`; and with a name of several parts, `ai-sdk/openai/4.0.118`. */
const usualProduct = /^((?:Codex )?[^\s/]{1,60}(?:\/[^\s/\d][^\s/]{0,40}(?=\/\d)){0,2})(?:\/([^\s]{1,40}))?/;
/** The vendors' libraries put their language before the version: `OpenAI/JS 7.59.0`. */
const libraryProduct = /^([^\s/]{1,60})\/([A-Za-z]{1,20}) (\d[^\s]{0,40})/;

function productOf(userAgent: string): { readonly product: string | null; readonly version: string | null } {
  const library = userAgent.match(libraryProduct);
  if (library !== null) return { product: `${library[1]} ${library[2]}`, version: library[3] ?? null };
  const usual = userAgent.match(usualProduct);
  return { product: usual?.[1] ?? null, version: usual?.[2] ?? null };
}

function readKind(headers: RawHeaders): ClientKind {
  const originator = headerValue(headers, 'originator') ?? '';
  const userAgent = headerValue(headers, 'user-agent') ?? '';
  const isCodex = codexOriginator.test(originator);
  const { product, version } = productOf(userAgent);
  const name = originator !== '' ? cutText(originator, 60) : (product ?? 'unknown client');
  return {
    isCodex,
    version: isCodex && version !== null && /^\d+\.\d+\.\d+/.test(version) ? version : null,
    label: version === null ? name : `${name} ${version}`,
  };
}
