import type { Parity, Transport } from '../../shared/model.ts';
import type { RawHeaders } from '../headers.ts';
import { membersOf } from '../json-scan.ts';
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
  /** The raw body, a JSON object; null where it is no longer kept. */
  readonly body: Buffer | null;
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
    fields:
      sent.body === null
        ? null
        : compare(
            membersOf(sent.body).map(({ key }) => redactor.text(key)),
            shape.fields,
            shape.optionalFields,
          ),
  };
}
