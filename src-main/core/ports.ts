import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { NoticeKind } from '../shared/notice-kinds.ts';
import type { Settings } from '../shared/settings.ts';
import type { Told } from '../shared/words/told-text.ts';
import type { FileTroubles } from './file-troubles.ts';

/** What the core asks of its host. Electron and plain Node each implement these; tests use fakes. */

/** A pending timer; cancelling twice is harmless. */
export interface Timer {
  cancel(): void;
}

/** The one source of time. Spans come from `monotonicMs` only. */
export interface Clock {
  /** Milliseconds with fractions, never going back. */
  monotonicMs(): number;
  /** Wall-clock milliseconds since 1970, for showing and for expiry dates. */
  epochMs(): number;
  /** Runs `action` once after `delayMs`; never keeps the process alive. */
  after(delayMs: number, action: () => void): Timer;
}

/** Structured log; fields pass the redactor before they are written. */
export interface Logger {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

/** What was sealed, and whether it should be sealed again: its key is an old one. */
export interface OpenedSecret {
  readonly plain: string;
  readonly isStale: boolean;
}

/** Seals tokens for the disk. */
export interface SecretBox {
  /** False where the platform offers no encryption; the file mode is then the only protection. It may change with the keyring. */
  readonly encrypts: boolean;
  /** Text to put in a file. Throws `secrets_unprotected` where it would not be encrypted and nobody has said yes to that. */
  seal(plain: string): Promise<string>;
  /** Throws `secrets_locked` for text this box cannot open, or not yet; it never waits for a person. */
  open(sealed: string): Promise<OpenedSecret>;
  /** Absent: what can be opened never changes. */
  readonly keyring?: Keyring;
}

/** A keyring of the system, which answers when it likes and may be locked. */
interface Keyring {
  /** Asks it again; resolves once it has answered. */
  retry(): Promise<void>;
  /** Calls back each time it has answered, whatever it said. */
  onAnswer(listener: () => void): void;
}

/** Settings on disk, checked on read and on write. */
export interface SettingsStore {
  read(): Settings;
  write(patch: Partial<Settings>): void;
  /** Calls back after every write, whoever made it. */
  onChange(listener: () => void): void;
  /** What could not be read of them, for people; without any value. */
  problems(): readonly Told[];
}

/** Starting with the user's login, as one system does it. */
export interface Autostart {
  /** Why it cannot be switched on here; null where it can. */
  readonly unsupported: Told | null;
  isEnabled(): boolean;
  /** Throws `autostart_unsupported`, and `store_unwritable` where the system's file cannot be written. */
  set(enabled: boolean): void;
}

/** The keys that toggle fast mode from any program, as one system gives them out. */
export interface FastShortcut {
  /** Takes these keys instead of those before; null gives them back. Throws `shortcut_taken`, and keeps those before then. */
  set(shortcut: string | null): void;
}

/** What the machine lets this process have; null where that cannot be known. */
export interface Resources {
  readonly maxOpenFiles: number | null;
  openFiles(): number | null;
  freeMemoryBytes(): number | null;
}

/** Everything a host gives the core. */
export interface Host {
  readonly clock: Clock;
  readonly log: Logger;
  readonly secrets: SecretBox;
  readonly settings: SettingsStore;
  readonly resources: Resources;
  readonly autostart: Autostart;
  /** Absent where keys of other programs cannot be had: it is only kept then. */
  readonly shortcut?: FastShortcut;
  /** Absolute path of the folder this instance owns. */
  readonly dataDir: string;
  /** What cannot be read of that folder's files. */
  readonly troubles: FileTroubles;
  /** Opens an https page in the user's browser. */
  openUrl(url: string): void;
  /** The system's way to a URL, in the form of a PAC script's answer; absent where the host cannot know it. */
  readonly systemProxy?: (url: string) => Promise<string>;
  /**
   * Tells the user something outside the window, unless they want to hear nothing of its kind; a click leads to where it is
   * about. Title and text as `tell` made them, or as they are. Without a kind it is the answer to something they did.
   */
  notify(title: Told, body: Told, kind?: NoticeKind): void;
}

/** Routes of Slipstream's own (dashboard, bridge) on the loopback port; the guard has checked the Host already. */
export interface OwnRoutes {
  /** Answers the request and returns true, or returns false to leave it. */
  request(request: IncomingMessage, response: ServerResponse): boolean;
  /** Takes the socket and returns true, or returns false to leave it. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
}
