import pino from 'pino';
import type { Logger } from '../core/ports.ts';
import type { Redactor } from '../core/traces/redaction.ts';
import { visibleText } from '../shared/visible-text.ts';
import type { LogLevel } from './log-levels.ts';

type Fields = Record<string, unknown>;

interface LogOptions {
  readonly level: LogLevel;
  /** Takes secrets out of the fields; nothing is written that has not been through it. */
  readonly redact: (fields: Fields) => Fields;
  /** Where lines go; standard error unless a test wants them. */
  readonly write?: (line: string) => void;
}

/** A log of one JSON line an entry. Written synchronously, so that the last line before a crash is there. */
export function createLog({ level, redact, write }: LogOptions): Logger {
  const out = write ?? openStandardError();
  // Inside a JSON text the written-out form says the same.
  const destination = { write: (line: string) => out(visibleText(line)) };
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
  const prepare = (fields: Fields) => redact(Object.fromEntries(Object.entries(fields).map(plainField)));
  return {
    debug: (message, fields = {}) => logger.isLevelEnabled('debug') && logger.debug(prepare(fields), message),
    info: (message, fields = {}) => logger.isLevelEnabled('info') && logger.info(prepare(fields), message),
    warn: (message, fields = {}) => logger.warn(prepare(fields), message),
    error: (message, fields = {}) => logger.error(prepare(fields), message),
  };
}

interface ProgramLogOptions {
  readonly level: LogLevel;
  readonly redactor: Redactor;
  /** Takes every line too, such as a file. */
  readonly also?: (line: string) => void;
  /** Standard error, unless a test wants the lines alone. */
  readonly standardError?: (line: string) => void;
}

export interface ProgramLog {
  readonly log: Logger;
  /** The last warnings and errors, as written: redacted. */
  recentProblems(): readonly string[];
}

const maxRecentProblems = 40;
const warnLevel = 40;

/** The log of a running program: standard error, through its redactor. The last warnings are kept for a bug report. */
export function createProgramLog(options: ProgramLogOptions): ProgramLog {
  const { level, redactor, also, standardError = openStandardError() } = options;
  const recent: string[] = [];
  const write = (line: string) => {
    standardError(line);
    also?.(line);
    if (Number(/^{"level":(\d+)/.exec(line)?.[1]) < warnLevel) return;
    recent.push(line.trimEnd());
    if (recent.length > maxRecentProblems) recent.shift();
  };
  const redact = (fields: Fields) =>
    Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, redactor.value(value, name)]));
  return { log: createLog({ level, redact, write }), recentProblems: () => [...recent] };
}

function openStandardError(): (line: string) => void {
  const destination = pino.destination({ dest: 2, sync: true });
  // A desktop app may have no terminal.
  destination.on('error', () => {});
  return (line) => destination.write(line);
}

/** Errors as plain data, so that the redactor sees their texts. */
function plainField([name, value]: [string, unknown]): [string, unknown] {
  return [name, value instanceof Error ? plainError(value) : value];
}

function plainError(error: Error): Fields {
  const cause = error.cause instanceof Error ? { cause: plainError(error.cause) } : {};
  const code = 'code' in error ? { code: error.code } : {};
  return { name: error.name, message: error.message, ...code, stack: error.stack, ...cause };
}
