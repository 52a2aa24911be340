import { InvalidArgumentError } from 'commander';
import { dayAfter, type UsageKey, usageKeys } from '../../shared/usage-words.ts';
import type { CommonOptions } from '../options.ts';

export interface UsageOptions extends CommonOptions {
  readonly by: readonly UsageKey[];
  readonly since?: string;
  readonly until?: string;
  readonly json?: true;
  readonly csv?: true;
}

/** Keys from a list with commas. */
export function parseUsageKeys(text: string): UsageKey[] {
  const names = text.split(',').map((name) => name.trim());
  const keys = names.flatMap((name) => usageKeys.find((key) => key === name) ?? []);
  if (keys.length !== names.length || new Set(keys).size !== keys.length) {
    throw new InvalidArgumentError(`It must be a list of ${usageKeys.join(', ')}.`);
  }
  return keys;
}

/** A day of the program that answers: a date, or so many days before its today. */
export function parseDay(text: string): string {
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(text) && dayAfter(text, 0) === text;
  if (isDate || /^\d{1,4}d$/.test(text)) return text;
  throw new InvalidArgumentError('It must be a date such as 2026-11-23, or so many days ago: 6d.');
}
