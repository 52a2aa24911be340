import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ClientView } from '../../src-main/shared/client-model.ts';
import type { ClientHandlers } from '../../src-main/shared/contract.ts';
import { clientsOn } from './clients.ts';

/** The home and data folder that one test works on, and what the program on it is like. */
export const home = {
  homeDir: '',
  dataDir: '',
  isDemo: false,
  baseUrl: null as string | null,
  env: {} as Record<string, string>,
};

/** A new home before each test. */
export function beginHome(): void {
  home.homeDir = mkdtempSync(join(tmpdir(), 'slipstream-home-'));
  home.dataDir = mkdtempSync(join(tmpdir(), 'slipstream-data-'));
  home.isDemo = false;
  home.baseUrl = 'http://127.0.0.1:2575';
  home.env = {};
}

/** Removes what the test worked on. */
export function endHome(): void {
  for (const folder of [home.homeDir, home.dataDir]) rmSync(folder, { recursive: true, force: true });
}

/** The calls as a start of the program makes them. The address is asked for late: it may change while it runs. */
export function start(): ClientHandlers {
  return clientsOn({ ...home, baseUrl: () => home.baseUrl });
}

/** A client as the Clients screen sees it. */
export async function viewOf(handlers: ClientHandlers, id: string): Promise<ClientView | undefined> {
  return (await handlers['clients.list'](null)).find((view) => view.id === id);
}

export const configPath = () => join(home.homeDir, '.codex', 'config.toml');
export const settingsPath = () => join(home.homeDir, '.claude', 'settings.json');
export const opencodePath = () => join(home.homeDir, '.config', 'opencode', 'opencode.json');

const clinePath = () => join(home.homeDir, '.cline', 'data', 'settings', 'providers.json');

/** Every way to set a client up that writes a file, and a text that its file may hold. */
export const written = [
  ['codex', 'provider', configPath, '# mine\nmodel = "a"\n'],
  ['codex', 'login', configPath, '# mine\nmodel = "a"\n'],
  ['claude-code', 'env', settingsPath, '{\n  "model": "opus"\n}\n'],
  ['opencode', 'provider', opencodePath, '{\n  "theme": "system" // mine\n}\n'],
  [
    'continue',
    'config',
    () => join(home.homeDir, '.continue', 'config.yaml'),
    'name: Mine # mine\nmodels:\n  - name: A\n',
  ],
  ['qwen-code', 'settings', () => join(home.homeDir, '.qwen', 'settings.json'), '{\n  "$version": 4 // mine\n}\n'],
  ['cline', 'settings', clinePath, '{\n  "version": 1\n}\n'],
  ['aider', 'config', () => join(home.homeDir, '.aider.conf.yml'), '# mine\ndark-mode: true\n'],
  ['zed', 'settings', () => join(home.homeDir, '.config', 'zed', 'settings.json'), '{\n  "theme": "x", // mine\n}\n'],
] as const;

/** Writes a file and its folders; answers its bytes. */
export function place(path: string, text: string, mode = 0o644): Buffer {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
  return readFileSync(path);
}

export const modeOf = (path: string) => statSync(path).mode & 0o777;
/** What lies beside a file: nothing of ours may stay there. */
export const beside = (path: string) => readdirSync(dirname(path));
export const recordsFolder = () => join(home.dataDir, 'clients');
export const records = () =>
  existsSync(recordsFolder()) ? readdirSync(recordsFolder()).filter((name) => name !== 'backups') : [];
export const backups = () => readdirSync(join(recordsFolder(), 'backups'));

/** What an act throws or rejects with; null where it succeeds. */
export async function rejection(act: () => unknown): Promise<unknown> {
  return (async () => act())().then(
    () => null,
    (error: unknown) => error,
  );
}
