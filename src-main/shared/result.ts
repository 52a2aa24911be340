import type { ErrorCode } from './errors.ts';

/** An error as it crosses a process border: a code of the table in errors.ts and a text for people. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
}

/** What every contract call answers. */
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Failure };

/** Wraps a value as a successful result. */
export function success<T>(value: T): Result<T> {
  return { ok: true, value };
}

/** Wraps a code and its text as a failed result. */
export function failure(code: ErrorCode, message: string): Result<never> {
  return { ok: false, error: { code, message } };
}
