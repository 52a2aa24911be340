/** Any JSON value, as JSON.parse gives it. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

/** A JSON object; absent keys read as undefined. */
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

declare global {
  /** What V8 has and TypeScript's library does not know yet. */
  interface JSON {
    rawJSON(text: string): Json;
    isRawJSON(value: unknown): boolean;
  }
}

/** Whether a value is a number that is kept as it was written (`parseExactly`). */
export function isExactNumber(value: unknown): value is JsonObject {
  return JSON.isRawJSON(value);
}

/** Whether a value is a JSON object (not null, not a list, not a number that is kept as it was written). */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isExactNumber(value);
}

/** A member of its own: nothing that an object inherits came out of JSON. */
function member(object: JsonObject | null | undefined, key: string): Json | undefined {
  return object !== null && object !== undefined && Object.hasOwn(object, key) ? object[key] : undefined;
}

/** The member as a text, or null when it is absent or something else. */
export function textMember(object: JsonObject | null | undefined, key: string): string | null {
  const value = member(object, key);
  return typeof value === 'string' ? value : null;
}

/** The member as an object, or null when it is absent or something else. */
export function objectMember(object: JsonObject | null | undefined, key: string): JsonObject | null {
  const value = member(object, key);
  return isJsonObject(value) ? value : null;
}

/** The member as a finite number, or null when it is absent or something else. */
export function numberMember(object: JsonObject | null | undefined, key: string): number | null {
  const value = member(object, key);
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** Parses a text that should hold one JSON object; null when it does not. */
export function parseJsonObject(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}
