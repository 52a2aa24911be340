import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type MessageBus, sessionBus } from '@jellybrick/dbus-next';
import { type Display, findXvfb, startXvfb } from '../support/xvfb.ts';
import { NoticeService } from './notice-service.ts';
import { plainUserId, type Stage } from './stage.ts';
import { TrayHost } from './tray-host.ts';

interface SessionOptions {
  /** Something shows tray icons. */
  readonly hasTrayHost?: boolean;
  readonly keyring?: 'open' | 'locked' | 'absent';
}

interface SpawnOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Its processes can be signalled all at once, and nothing else with them. */
  readonly leadsGroup?: boolean;
}

const keyringPassword = 'of the test';

/** Whether a program is in the search path. */
export function hasProgram(name: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((dir) => existsSync(join(dir, name)));
}

/** Electron shows notifications with a library of the system's. */
export function notificationsAreHere(): boolean {
  return spawnSync('ldconfig', ['-p'], { encoding: 'utf8' }).stdout?.includes('libnotify.so.4') === true;
}

/** What a user of a desktop has: a display, a bus, a home folder, a keyring, a panel, notifications and a browser. */
export class UserSession {
  readonly stage: Stage;
  readonly dir: string;
  readonly homeDir: string;
  readonly tray: TrayHost | null;
  readonly notices: NoticeService;
  readonly bus: MessageBus;
  readonly env: Readonly<Record<string, string>>;
  readonly #display: Display;
  readonly #busProcess: ChildProcess;
  #keyring: ChildProcess | null = null;

  private constructor(parts: {
    readonly stage: Stage;
    readonly dir: string;
    readonly display: Display;
    readonly busProcess: ChildProcess;
    readonly address: string;
    readonly bus: MessageBus;
    readonly tray: TrayHost | null;
    readonly notices: NoticeService;
  }) {
    const { stage, dir, display, busProcess, address, bus, tray, notices } = parts;
    this.stage = stage;
    this.dir = dir;
    this.homeDir = join(dir, 'home');
    this.tray = tray;
    this.notices = notices;
    this.bus = bus;
    this.#display = display;
    this.#busProcess = busProcess;
    this.env = {
      PATH: `${join(dir, 'bin')}${delimiter}${process.env.PATH ?? ''}`,
      LANG: 'C.UTF-8',
      DISPLAY: display.name,
      DBUS_SESSION_BUS_ADDRESS: address,
      HOME: this.homeDir,
      XDG_CONFIG_HOME: join(this.homeDir, '.config'),
      XDG_RUNTIME_DIR: join(dir, 'run'),
      XDG_CURRENT_DESKTOP: 'GNOME',
      TMPDIR: join(dir, 'tmp'),
    };
  }

  static async start(stage: Stage, options: SessionOptions = {}): Promise<UserSession> {
    const dir = mkdtempSync(join(stage.dir, 'user-'));
    for (const name of ['.', 'home', 'run', 'tmp', 'bin']) {
      const path = join(dir, name);
      mkdirSync(path, { recursive: true });
      if (process.getuid?.() === 0) chownSync(path, plainUserId, plainUserId);
      chmodSync(path, 0o700);
    }
    writeFileSync(join(dir, 'bin', 'xdg-open'), `#!/bin/sh\nprintf '%s\\n' "$1" >> '${join(dir, 'opened.txt')}'\n`, {
      mode: 0o755,
    });
    const xvfb = findXvfb();
    if (xvfb === null) throw new Error('There is no Xvfb.');
    const display = await startXvfb(xvfb);
    const { busProcess, address } = await startBus(stage, dir);
    const bus = sessionBus({ busAddress: address });
    const tray = options.hasTrayHost === false ? null : await TrayHost.start(bus);
    const notices = await NoticeService.start(bus);
    const session = new UserSession({ stage, dir, display, busProcess, address, bus, tray, notices });
    if (options.keyring !== undefined) await session.startKeyring(options.keyring);
    return session;
  }

  /** The addresses that the user's browser was opened with. */
  get opened(): readonly string[] {
    const path = join(this.dir, 'opened.txt');
    return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
  }

  /** A program of this user's. */
  spawn(program: string, args: readonly string[], options: SpawnOptions = {}) {
    return spawn(this.stage.asUser, [program, ...args], {
      env: { ...this.env, ...options.env },
      detached: options.leadsGroup === true,
      stdio: ['pipe', 'pipe', 'pipe'],
      cwd: this.dir,
    });
  }

  /** A keyring that was opened once and is locked now, one that is open, or none. */
  async startKeyring(keyring: 'open' | 'locked' | 'absent'): Promise<void> {
    this.stopKeyring();
    if (keyring === 'absent') return;
    await this.#startKeyringDaemon(true);
    if (keyring === 'open') return;
    // A new daemon has not been given the password.
    this.stopKeyring();
    await this.#startKeyringDaemon(false);
  }

  stopKeyring(): void {
    this.#keyring?.kill('SIGKILL');
    this.#keyring = null;
  }

  async #startKeyringDaemon(isUnlocked: boolean): Promise<void> {
    const args = ['--foreground', '--components=secrets', ...(isUnlocked ? ['--unlock'] : [])];
    const daemon = this.spawn('gnome-keyring-daemon', args);
    this.#keyring = daemon;
    daemon.stdin.end(isUnlocked ? keyringPassword : '');
    const isOwned = () => this.#hasOwner('org.freedesktop.secrets');
    const endsAtMs = performance.now() + 10_000;
    while (!(await isOwned())) {
      if (performance.now() > endsAtMs) throw new Error('The keyring does not answer.');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    // It makes the keyring when it is asked first.
    if (isUnlocked) this.#run('gdbus', [...readDefault, 'default']);
  }

  async #hasOwner(name: string): Promise<boolean> {
    const proxy = await this.bus.getProxyObject('org.freedesktop.DBus', '/org/freedesktop/DBus');
    const owner = proxy.getInterface('org.freedesktop.DBus') as unknown as {
      readonly NameHasOwner: (name: string) => Promise<boolean>;
    };
    return owner.NameHasOwner(name);
  }

  /** What is on the display, by title. */
  windowTitles(): readonly string[] {
    const { stdout } = spawnSync('xwininfo', ['-root', '-tree', '-display', this.#display.name], { encoding: 'utf8' });
    return [...stdout.matchAll(/^\s+0x\w+ "([^"]+)":.* (\d+)x(\d+)\+/gm)]
      .filter(([, , width]) => Number(width) > 10)
      .map(([, title = '']) => title);
  }

  /** Keys that are pressed while the window whose title fits has the focus, as `ctrl+plus`. */
  press(title: string, keys: string): void {
    const args = ['search', '--sync', '--onlyvisible', '--name', title, 'windowfocus', 'key', keys];
    const { status, stderr } = spawnSync('xdotool', args, {
      env: { ...process.env, DISPLAY: this.#display.name },
      encoding: 'utf8',
      timeout: 10_000,
    });
    if (status !== 0) throw new Error(`${keys} could not be pressed: ${stderr}`);
  }

  #run(program: string, args: readonly string[]): void {
    spawnSync(this.stage.asUser, [program, ...args], { env: this.env, stdio: 'ignore', timeout: 10_000 });
  }

  stop(): void {
    this.stopKeyring();
    this.bus.disconnect();
    this.#busProcess.kill();
    this.#display.stop();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

const readDefault = [
  ...['call', '--session', '--dest', 'org.freedesktop.secrets', '--object-path', '/org/freedesktop/secrets'],
  ...['--method', 'org.freedesktop.Secret.Service.ReadAlias'],
];

/** A bus that starts nothing by itself, so that what is absent stays absent. */
function startBus(stage: Stage, dir: string): Promise<{ readonly busProcess: ChildProcess; readonly address: string }> {
  const config = join(dir, 'bus.conf');
  writeFileSync(
    config,
    `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "busconfig.dtd">
<busconfig><type>session</type><listen>unix:path=${join(dir, 'run', 'bus')}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/><allow user="*"/></policy>
</busconfig>`,
    { mode: 0o644 },
  );
  const busProcess = spawn(
    stage.asUser,
    ['dbus-daemon', '--nofork', '--nopidfile', `--config-file=${config}`, '--print-address=1'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      cwd: dir,
    },
  );
  return new Promise((resolve, reject) => {
    let said = '';
    busProcess.on('error', reject);
    busProcess.on('exit', (code) => reject(new Error(`dbus-daemon ended with ${code}.`)));
    busProcess.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const [line, rest] = said.split('\n');
      if (line !== undefined && rest !== undefined) resolve({ busProcess, address: line });
    });
  });
}
