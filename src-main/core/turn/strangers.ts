import type { Change } from '../../shared/model.ts';
import { tell } from '../../shared/words/told.ts';
import { headerValue, type RawHeaders } from '../headers.ts';
import { isJsonObject, type Json, objectMember, parseJsonObject, textMember } from '../json.ts';
import type { WireEvent } from '../wire-event.ts';
import type { Issuers } from './issuers.ts';

const turnState = 'x-codex-turn-state';

/** A part of a request as an account may see it, and what was taken out for that. */
interface Kept<T> {
  readonly kept: T;
  readonly changes: readonly Change[];
}

/** Headers without a turn state that the account has not issued itself. */
export function withoutStrangeState(headers: RawHeaders, issuers: Issuers, accountId: string): Kept<RawHeaders> {
  if (headerValue(headers, turnState) === null) return { kept: headers, changes: [] };
  const kept = headers.filter(([name, value]) => name.toLowerCase() !== turnState || issuers.of(value) === accountId);
  if (kept.length === headers.length) return { kept: headers, changes: [] };
  const why = tell('why.state.stranger');
  return { kept, changes: [{ step: 'headers', path: `headers.${turnState}`, action: 'dropped', why }] };
}

/** Input items without reasoning that another account is known to have sealed; with `all`, without any. */
export function withoutStrangeReasoning(
  items: readonly Json[],
  issuers: Issuers,
  accountId: string,
  all: boolean,
): Kept<readonly Json[]> {
  const changes: Change[] = [];
  const kept = items.filter((item, index) => {
    if (!isJsonObject(item) || item.type !== 'reasoning') return true;
    const sealed = textMember(item, 'encrypted_content');
    const issuer = sealed === null ? null : issuers.of(sealed);
    const isStrange = issuer !== null && issuer !== accountId;
    if (!isStrange && !all) return true;
    const why = isStrange ? tell('why.sealed.stranger') : tell('why.sealed.unreadable');
    changes.push({ step: 'body', path: `body.input[${index}]`, action: 'removed', why });
    return false;
  });
  return { kept, changes };
}

/** Remembers who sealed the reasoning of a finished output item. */
export function noteSealed({ type, data, body }: WireEvent, issuers: Issuers, accountId: string): void {
  if (type !== 'response.output_item.done' || !data.includes('"encrypted_content"')) return;
  const item = objectMember(body ?? parseJsonObject(data.toString('utf8')), 'item');
  const sealed = textMember(item, 'encrypted_content');
  if (sealed !== null) issuers.note(sealed, accountId);
}
