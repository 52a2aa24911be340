import { readFileSync } from 'node:fs';

/** One thing the official client did on the wire, as recorded (PROTOCOL.md). */
export interface CaptureEvent {
  readonly kind: string;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: unknown;
}

/** The events of a recording in test/fixtures/captures. */
export function captureEvents(name: 'login-browser' | 'login-device' | 'o-expired'): readonly CaptureEvent[] {
  const text = readFileSync(new URL(`../fixtures/captures/${name}.json`, import.meta.url), 'utf8');
  const { events } = JSON.parse(text) as { readonly events: readonly CaptureEvent[] };
  return events;
}

/** Names of headers, sorted, without those that every HTTP request carries. */
export function wireNames(headers: readonly (readonly [string, string])[] = []): string[] {
  const carriers = new Set(['host', 'content-length', 'connection']);
  return headers
    .map(([name]) => name.toLowerCase())
    .filter((name) => !carriers.has(name))
    .sort();
}
