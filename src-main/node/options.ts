import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { readAddress } from '../core/server/addresses.ts';
import { SlipstreamError } from '../shared/errors.ts';
import { labRegions } from '../shared/lab-design.ts';
import { defaultDataDir } from './default-data-dir.ts';
import { type LogLevel, logLevels } from './log-levels.ts';

/** What every command takes. */
export interface CommonOptions {
  readonly dataDir: string;
  /** Of a command: the demo that runs. Of a start: be one. */
  readonly demo?: true;
  readonly upstream: string;
  readonly issuer: string;
  /** Undefined: the command's own choice. */
  readonly logLevel?: LogLevel;
}

export interface ServeOptions extends CommonOptions {
  readonly port: number;
  readonly listen?: string;
  /** False for `--no-open`. */
  readonly open: boolean;
  readonly readyFile?: string;
}

/** What can be done with the coin of the fast lab. */
export const coinDeeds = ['start', 'stop'] as const;
export type CoinDeed = (typeof coinDeeds)[number];

const defaultUpstream = 'https://chatgpt.com/backend-api/codex';
const defaultIssuer = 'https://auth.openai.com';
export const defaultPort = 2575;

/** Adds the options of every command. */
export function addCommonOptions(command: Command): Command {
  const dataDir = defaultDataDir({ platform: process.platform, env: process.env, homeDir: homedir() });
  return command
    .addOption(new Option('--data-dir <dir>', 'folder for settings and accounts').default(dataDir).argParser(toPath))
    .addOption(
      new Option('--upstream <url>', 'send turns somewhere else').default(defaultUpstream).argParser(parseBaseUrl),
    )
    .addOption(new Option('--issuer <url>', 'sign in somewhere else').default(defaultIssuer).argParser(parseBaseUrl))
    .addOption(
      new Option(
        '--demo',
        'a built-in simulator in a temporary folder, whatever --data-dir says; with another command, the demo that runs',
      ),
    )
    .addOption(new Option('--log-level <level>', 'what to log to standard error').choices(logLevels));
}

/** Adds the options of `serve`. */
export function addServeOptions(command: Command): Command {
  return command
    .addOption(new Option('--port <port>', '0 takes a free one').default(defaultPort).argParser(parsePort))
    .addOption(
      new Option('--listen <ip>', 'also serve the proxy, never the dashboard, on this address').argParser(parseIp),
    )
    .addOption(new Option('--no-open', 'do not open the dashboard'))
    .addOption(
      new Option('--ready-file <file>', 'write address and key there once the port listens').argParser(toPath),
    );
}

/** Adds the options of a service: what `serve` is to be started with. */
export function addServiceOptions(command: Command): Command {
  return command
    .addOption(new Option('--port <port>', 'of the service').default(defaultPort).argParser(parsePort))
    .addOption(new Option('--listen <ip>', 'also serve the proxy on this address').argParser(parseIp))
    .addOption(new Option('--print', 'print the file instead of doing anything'));
}

/** Refuses options that cannot go together. */
export function checkServeOptions(options: ServeOptions): void {
  const ownPlace = options.upstream !== defaultUpstream || options.issuer !== defaultIssuer;
  if (options.demo && ownPlace) {
    throw new SlipstreamError('request_invalid', { message: '--demo brings its own --upstream and --issuer.' });
  }
}

/** Said where a demo is asked for and a folder named. */
export function demoHasItsFolder(dataDir: string): string {
  return `slipstream: a demo has a temporary folder of its own; nothing in ${dataDir} is read or changed.`;
}

/** A base URL without a slash at its end. Plain http is for this machine only. */
export function parseBaseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new InvalidArgumentError('It must be an https URL.');
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw new InvalidArgumentError('Plain http is allowed for this machine only (127.0.0.1, [::1] or localhost).');
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new InvalidArgumentError('It must have no user name, query or fragment.');
  }
  return url.href.replace(/(?<!\/)\/+$/, '');
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new InvalidArgumentError('It must be a number from 0 to 65535.');
  return port;
}

/** Per cent that do not matter, of the fast lab. */
export function parseRegion(text: string): number {
  const found = labRegions.find((percent) => String(percent) === text);
  if (found === undefined) throw new InvalidArgumentError(`It must be one of ${labRegions.join(', ')}.`);
  return found;
}

/** The most pairs of a benchmark. */
export function parsePairs(text: string): number {
  const pairs = Number(text);
  if (!/^\d{1,3}$/.test(text) || pairs < 1 || pairs > 300) {
    throw new InvalidArgumentError('It must be a number from 1 to 300.');
  }
  return pairs;
}

function parseIp(text: string): string {
  const ip = readAddress(text);
  if (ip === null) throw new InvalidArgumentError('It must be one IP address, not a name; 0.0.0.0 or :: means all.');
  return ip;
}

function toPath(text: string): string {
  return resolve(parseFilled(text));
}

/** A text that names something. */
export function parseFilled(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It must not be empty.');
  return text;
}
