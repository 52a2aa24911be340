import type { Parity, Transport } from '../../shared/model.ts';
import type { RawHeaders } from '../headers.ts';
import type { Redactor } from './redaction.ts';

/** What the official client sends over one transport: what is always there, and what may be. */
export interface OfficialShape {
  readonly headers: readonly string[];
  readonly optionalHeaders: readonly string[];
  readonly fields: readonly string[];
  readonly optionalFields: readonly string[];
}

interface Sent {
  readonly profile: string;
  readonly transport: Transport;
  readonly headers: RawHeaders;
  /** Names of the body's members. */
  readonly fields: readonly string[];
}

/** Names of the official client's are no secrets; any other may be. */
function compare(sent: readonly string[], always: readonly string[], maybe: readonly string[], redactor: Redactor) {
  const there = new Set(sent);
  const others = [...there].filter((name) => !always.includes(name) && !maybe.includes(name));
  return {
    missing: always.filter((name) => !there.has(name)),
    extra: [...new Set(others.map((name) => redactor.text(name)))].toSorted(),
  };
}

/** Where an attempt's headers and body fields differ from the official client's set. */
export function parity(
  { profile, transport, headers, fields }: Sent,
  shape: OfficialShape,
  redactor: Redactor,
): Parity {
  const names = headers.map(([name]) => name.toLowerCase());
  return {
    profile,
    transport,
    headers: compare(names, shape.headers, shape.optionalHeaders, redactor),
    fields: compare(fields, shape.fields, shape.optionalFields, redactor),
  };
}
