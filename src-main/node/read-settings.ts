import { randomBytes, randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { z } from 'zod';
import { ownMember } from '../shared/own-member.ts';
import { Settings } from '../shared/settings.ts';
import { settingRanges } from '../shared/settings-limits.ts';
import { tell } from '../shared/words/told.ts';
import type { Told } from '../shared/words/told-text.ts';
import { decodeText } from './decode-text.ts';

/** The settings as far as they could be read. */
interface ReadSettings {
  readonly settings: Settings;
  /** Members whose values were bad and are at their defaults, each with why. */
  readonly bad: ReadonlyMap<string, Told>;
  /** The file is of a version that this program does not know all of. */
  readonly isNewer: boolean;
}

const ownVersion = 1;
/** In a text that is no JSON any more; clients hold the key, so it outlives the rest. */
const keyInText = /"apiKey"\s*:\s*"([A-Za-z0-9_-]{16,128})"/;
const idInText = /"installationId"\s*:\s*"([0-9a-fA-F-]{36})"/;

/** What a first start begins with; the key and the id are new each time. */
export function firstSettings(): Settings {
  return Settings.parse({
    version: ownVersion,
    fastPolicy: 'auto',
    apiKey: randomBytes(32).toString('base64url'),
    installationId: randomUUID(),
  });
}

const rules = new Map<string, Told>([
  ['originator', tell('problems.rule.originator')],
  ['proxyUrl', tell('problems.rule.proxy')],
  ['fastShortcut', tell('problems.rule.shortcut')],
  ['otlpEndpoint', tell('problems.rule.collector')],
  ['allowedOrigins', tell('problems.rule.origins')],
  ...Object.entries(settingRanges).map(
    ([name, { min, max }]) => [name, tell('problems.rule.number', { min: String(min), max: String(max) })] as const,
  ),
]);

/** What a member has to be, as the end of a sentence. */
function ruleOf(name: string, issue: z.core.$ZodIssue | undefined): Told {
  const rule = rules.get(name);
  if (rule !== undefined) return rule;
  switch (issue?.code) {
    case 'invalid_type':
      return tell('problems.rule.kind', { kind: issue.expected });
    case 'invalid_value':
      return tell('problems.rule.choice', { choices: issue.values.map(String).join(', ') });
    default:
      return tell('problems.rule.other');
  }
}

/** Reads member by member: what is good stays whatever the others are, what is absent or bad is at its default. */
export function readSettings(raw: Readonly<Record<string, unknown>>): ReadSettings {
  const version = ownMember(raw, 'version');
  const isNewer = typeof version === 'number' && version > ownVersion;
  const good: Record<string, unknown> = {};
  const bad = new Map<string, Told>();
  for (const [name, schema] of Object.entries(Settings.shape)) {
    const value = ownMember(raw, name);
    if (value === undefined || (name === 'version' && isNewer)) continue;
    const parsed = schema.safeParse(value);
    if (parsed.success) good[name] = parsed.data;
    else bad.set(name, ruleOf(name, parsed.error.issues[0]));
  }
  return { settings: Settings.parse({ ...firstSettings(), ...good }), bad, isNewer };
}

/** Some editors put it before the text. */
const byteOrderMark = /^\ufeff/;
/** No setting comes near it. */
const maxLevels = 50;
/** Of a file that is far larger the end is not looked at. */
const headBytes = 1024 * 1024;

/** A text without the mark of its encoding. */
export function withoutMark(text: string): string {
  return text.replace(byteOrderMark, '');
}

/** Whether a value is nested so deep that writing it might fail. */
export function isTooDeep(value: unknown, levels = maxLevels): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isTooDeep(inner, levels - 1));
}

/** The beginning of a file. Throws what the system says. */
export function readHead(path: string): string {
  const bytes = Buffer.alloc(headBytes);
  const handle = openSync(path, 'r');
  try {
    const head = bytes.subarray(0, readSync(handle, bytes));
    return decodeText(head);
  } finally {
    closeSync(handle);
  }
}

/** What can be taken over of a text that cannot stay as it is: its members, or the key and the id where they are still to be seen. */
export function salvage(text: string): Readonly<Record<string, unknown>> {
  const whole = objectIn(withoutMark(text));
  if (whole !== null) return Object.fromEntries(Object.entries(whole).filter(([, value]) => !isTooDeep(value)));
  const [, apiKey] = keyInText.exec(text) ?? [];
  const [, installationId] = idInText.exec(text) ?? [];
  const isId = Settings.shape.installationId.safeParse(installationId).success;
  return {
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(isId && installationId !== undefined ? { installationId } : {}),
  };
}

function objectIn(text: string): Readonly<Record<string, unknown>> | null {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch {
    return null;
  }
}
