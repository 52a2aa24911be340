import { isJsonObject, type JsonObject } from './json.ts';
import { readJson } from './json-read.ts';
import { type JsonLimits, scanJson } from './json-scan.ts';
import { atOnce } from './slices.ts';

/** Many times what the longest answer, the list of models, holds. */
const limits: JsonLimits = {
  depth: 100,
  values: 100_000,
  members: 5_000,
  nameBytes: 16 * 1024,
  bareBytes: 4 * 1024 * 1024,
};
const maxBytes = 8 * 1024 * 1024;
const longBytes = maxBytes;

/**
 * The JSON object that upstream or the issuer answered a question of our own with; null for anything else, and for one that
 * holds more than such answers do, which is found out before anything is built of it.
 */
export function answerObject(body: Buffer): JsonObject | null {
  if (body.length > maxBytes) return null;
  const scan = atOnce(scanJson(body, limits, longBytes));
  if (isOver(scan)) return null;
  try {
    const value = atOnce(readJson(body, scan));
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isOver(scan: JsonLimits): boolean {
  return (Object.keys(limits) as (keyof JsonLimits)[]).some((name) => scan[name] > limits[name]);
}
