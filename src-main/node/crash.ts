import type { Logger } from '../core/ports.ts';

interface ErrorSource {
  on(event: 'uncaughtException', listener: (error: unknown) => void): unknown;
}

/**
 * Ends the program at an error that nothing caught, a rejected promise included. It goes through the log, which takes
 * secrets out: Node by itself would print the error with all its members, and a token may be in any of them.
 */
export function endOnCrash(source: ErrorSource, log: Logger, exit: (code: number) => void): void {
  source.on('uncaughtException', (error) => {
    log.error('An error that nothing caught.', { error: error instanceof Error ? error : new Error(String(error)) });
    exit(1);
  });
}
