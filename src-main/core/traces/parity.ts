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

function compare(sent: readonly string[], always: readonly string[], maybe: readonly string[]) {
  const there = new Set(sent);
  return {
    missing: always.filter((name) => !there.has(name)),
    extra: [...there].filter((name) => !always.includes(name) && !maybe.includes(name)).toSorted(),
  };
}

/** Where an attempt's headers and body fields differ from the official client's set. */
export function parity(sent: Sent, shape: OfficialShape, redactor: Redactor): Parity {
  const names = sent.headers.map(([name]) => redactor.text(name.toLowerCase()));
  return {
    profile: sent.profile,
    transport: sent.transport,
    headers: compare(names, shape.headers, shape.optionalHeaders),
    fields: compare(
      sent.fields.map((name) => redactor.text(name)),
      shape.fields,
      shape.optionalFields,
    ),
  };
}
