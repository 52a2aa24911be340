import type { App } from '../app/app.ts';
import type { ClientModeView } from '../shared/client-model.ts';
import type { ConfigLanguage } from './config-language.ts';
import type { Surroundings } from './surroundings.ts';

/** A model as the catalogue offers it. */
export type OfferedModel = ReturnType<App['offered']>['models'][number];

/** What a client is to be pointed at. */
export interface ClientTarget {
  /** `http://127.0.0.1:PORT` */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly models: readonly OfferedModel[];
}

/** A client that Slipstream can set up. Text in, text out: everything but `isPresent` and `path` is pure. */
export interface ClientDefinition {
  readonly id: string;
  readonly name: string;
  readonly modes: readonly ClientModeView[];
  /** What to paste by hand, with the real key. */
  snippet(mode: string, target: ClientTarget): string;
  /** Null: it has no file that could be written. */
  readonly file: ClientFile | null;
}

export interface ClientFile {
  readonly language: ConfigLanguage;
  /** Absolute path of the one file that is ever written. Throws `client_file_unusable` where that is outside the home folder. */
  path(around: Surroundings): string;
  /** Whether the client seems to be on this machine. */
  isPresent(around: Surroundings): boolean;
  /** The file's new text. An absent file is the empty text. Throws `client_file_invalid`. */
  plan(text: string, mode: string, target: ClientTarget): string;
  /** Whether the text points the client at the target in this mode. Throws `client_file_invalid`. */
  holds(text: string, mode: string, target: ClientTarget): boolean;
  /** What in the text keeps the client itself from starting, for people; null for nothing. Throws `client_file_invalid`. */
  problem?(text: string): string | null;
}

/** What stands for the API key on screens. */
export const keyPlaceholder = '<API key>';
