import { join } from 'node:path';

/** What a service starts, and where it keeps its data. */
export interface ServiceFacts {
  /** Absolute path of the Node that runs it. */
  readonly node: string;
  /** Absolute path of the built program. */
  readonly program: string;
  readonly dataDir: string;
  readonly port: number;
  /** Beside loopback; null for none. */
  readonly listenIp: string | null;
  readonly homeDir: string;
}

/** A service as one system has it: its file, and the commands around it. */
export interface Service {
  readonly path: string;
  readonly text: string;
  /** Where one is there already, before it is written anew: a start would leave the one that runs as it is. Some may fail. */
  readonly replace: readonly (readonly string[])[];
  /** Each is run in turn after the file is written. */
  readonly install: readonly (readonly string[])[];
  /** Before the file is removed. */
  readonly remove: readonly (readonly string[])[];
  /** After it. */
  readonly removed: readonly (readonly string[])[];
  readonly status: readonly string[];
  /** What is left to be done by hand; null for nothing. */
  readonly note: string | null;
}

const serviceName = 'slipstream';
const macLabel = 'app.slipstream.serve';

/** As the launcher starts it (launcher.mjs). */
const nodeOptions = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=4'];

function commandOf({ node, program, dataDir, port, listenIp }: ServiceFacts): readonly string[] {
  const listen = listenIp === null ? [] : ['--listen', listenIp];
  const serve = ['serve', '--no-open', '--port', String(port), '--data-dir', dataDir, ...listen];
  return [node, ...nodeOptions, program, ...serve];
}

/** The service of a system; null for one that is not known. */
export function serviceFor(platform: NodeJS.Platform, facts: ServiceFacts): Service | null {
  switch (platform) {
    case 'linux':
      return systemdService(facts);
    case 'darwin':
      return launchdService(facts);
    case 'win32':
      return taskService(facts);
    default:
      return null;
  }
}

/** A user unit of systemd: it starts at login, or with the machine where lingering is on. */
function systemdService(facts: ServiceFacts): Service {
  const unit = `${serviceName}.service`;
  const text = `[Unit]
Description=Slipstream, a local proxy for Codex accounts
After=network-online.target
Wants=network-online.target

[Service]
Type=simple
ExecStart=${commandOf(facts).map(systemdWord).join(' ')}
Restart=on-failure
RestartSec=5
# Running turns have 10 s to end.
TimeoutStopSec=30
UMask=0077
NoNewPrivileges=true
LimitNOFILE=65536

[Install]
WantedBy=default.target
`;
  const systemctl = (...args: readonly string[]) => ['systemctl', '--user', ...args];
  return {
    path: join(facts.homeDir, '.config', 'systemd', 'user', unit),
    text,
    replace: [],
    // To restart one that does not run starts it.
    install: [systemctl('daemon-reload'), systemctl('enable', unit), systemctl('restart', unit)],
    remove: [systemctl('disable', '--now', unit)],
    removed: [systemctl('daemon-reload')],
    status: systemctl('status', '--no-pager', '--lines=5', unit),
    note: 'It runs while you are logged in. "loginctl enable-linger" has it start with the machine.',
  };
}

/** As systemd reads words: in quotes, with its specifiers and variables taken as they are. */
function systemdWord(word: string): string {
  const escaped = word.replaceAll('%', '%%').replaceAll('$', '$$$$').replaceAll('\\', '\\\\').replaceAll('"', '\\"');
  return `"${escaped.replaceAll('\n', '\\n')}"`;
}

/** A launch agent of macOS. */
function launchdService(facts: ServiceFacts): Service {
  const path = join(facts.homeDir, 'Library', 'LaunchAgents', `${macLabel}.plist`);
  const log = join(facts.dataDir, 'logs', 'service.log');
  const words = commandOf(facts).map((word) => `    <string>${xmlText(word)}</string>`);
  const text = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${macLabel}</string>
  <key>ProgramArguments</key>
  <array>
${words.join('\n')}
  </array>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
  <key>ExitTimeOut</key>
  <integer>30</integer>
  <key>Umask</key>
  <integer>63</integer>
  <key>StandardErrorPath</key>
  <string>${xmlText(log)}</string>
</dict>
</plist>
`;
  return {
    path,
    text,
    replace: [['launchctl', 'unload', path]],
    install: [['launchctl', 'load', '-w', path]],
    remove: [['launchctl', 'unload', '-w', path]],
    removed: [],
    status: ['launchctl', 'list', macLabel],
    note: null,
  };
}

/** A task of Windows that starts at the user's logon, without more rights than theirs. */
function taskService(facts: ServiceFacts): Service {
  const path = join(facts.dataDir, 'service-task.xml');
  const [program = '', ...args] = commandOf(facts);
  const text = `<?xml version="1.0" encoding="UTF-8"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>Slipstream, a local proxy for Codex accounts</Description>
  </RegistrationInfo>
  <Triggers>
    <LogonTrigger>
      <Enabled>true</Enabled>
    </LogonTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <RestartOnFailure>
      <Interval>PT1M</Interval>
      <Count>10</Count>
    </RestartOnFailure>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>${xmlText(program)}</Command>
      <Arguments>${xmlText(args.map(windowsWord).join(' '))}</Arguments>
    </Exec>
  </Actions>
</Task>
`;
  const task = ['/TN', serviceName];
  return {
    path,
    text,
    replace: [['schtasks', '/End', ...task]],
    install: [
      ['schtasks', '/Create', ...task, '/XML', path, '/F'],
      ['schtasks', '/Run', ...task],
    ],
    remove: [
      ['schtasks', '/End', ...task],
      ['schtasks', '/Delete', ...task, '/F'],
    ],
    removed: [],
    status: ['schtasks', '/Query', ...task, '/V', '/FO', 'LIST'],
    note: null,
  };
}

/** As programs of Windows split their command line (CommandLineToArgvW). */
function windowsWord(word: string): string {
  if (word !== '' && !/[\s"]/.test(word)) return word;
  // Backslashes stand twice before a quote, the closing one too.
  let escaped = '';
  let backslashes = 0;
  for (const char of `${word}"`) {
    if (char === '"') escaped += '\\'.repeat(backslashes);
    backslashes = char === '\\' ? backslashes + 1 : 0;
    escaped += char === '"' ? '\\"' : char;
  }
  return `"${escaped.slice(0, -2)}"`;
}

function xmlText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
