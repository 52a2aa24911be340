import type { App, ComposeOptions } from '../app/app.ts';

/** What a command knows of the installation, and where its words go. */
export interface CommandContext {
  /** Builds the core. */
  readonly compose: (options: ComposeOptions) => Promise<App>;
  readonly version: string;
  /** The built renderer. */
  readonly rendererDir: string;
  /** A line for the user, on standard output. */
  print(line: string): void;
  /** A whole file on standard output, as it is; resolves when it is written, and rejects where not all of it could be. */
  write(text: string): Promise<void>;
  /** A line on standard error. */
  complain(line: string): void;
}
