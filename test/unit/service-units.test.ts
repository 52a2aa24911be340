import { describe, expect, it } from 'vitest';
import { serviceFor } from '../../src-main/node/service/units.ts';

const facts = {
  node: '/opt/node 24/bin/node',
  program: '/home/ada/50% "app"/$out/headless.js',
  dataDir: '/home/ada/.config/slipstream',
  port: 2575,
  listenIp: null,
  homeDir: '/home/ada',
};

describe('the unit of systemd', () => {
  const service = serviceFor('linux', facts);

  it('lies where a user keeps theirs, and is enabled there', () => {
    expect(service?.path).toBe('/home/ada/.config/systemd/user/slipstream.service');
    expect(service?.install).toEqual([
      ['systemctl', '--user', 'daemon-reload'],
      ['systemctl', '--user', 'enable', 'slipstream.service'],
      ['systemctl', '--user', 'restart', 'slipstream.service'],
    ]);
    expect(service?.status.slice(0, 2)).toEqual(['systemctl', '--user']);
  });

  it('starts the program with words that systemd reads as they were', () => {
    const line = service?.text.split('\n').find((each) => each.startsWith('ExecStart=')) ?? '';
    expect(line).toContain('"/opt/node 24/bin/node" ');
    expect(line).toContain('"/home/ada/50%% \\"app\\"/$$out/headless.js" "serve" "--no-open" "--port" "2575"');
    expect(line).toMatch(/"--data-dir" "\/home\/ada\/\.config\/slipstream"$/);
  });

  it('stays one line for a word with several', () => {
    const { text = '' } = serviceFor('linux', { ...facts, dataDir: '/home/ada/two\nlines' }) ?? {};
    expect(text).toContain('"--data-dir" "/home/ada/two\\nlines"\n');
  });

  it('gives running turns their time, and is nobody else’s to read', () => {
    expect(service?.text).toMatch(/^TimeoutStopSec=30$/m);
    expect(service?.text).toMatch(/^UMask=0077$/m);
    expect(service?.text).toMatch(/^WantedBy=default\.target$/m);
  });
});

it('names the further address where there is one', () => {
  const { text = '' } = serviceFor('linux', { ...facts, listenIp: '192.0.2.7' }) ?? {};
  expect(text).toContain('"--listen" "192.0.2.7"');
});

describe('the launch agent of macOS', () => {
  const service = serviceFor('darwin', { ...facts, homeDir: '/Users/ada', dataDir: '/Users/ada/A & B' });

  it('is a property list whose texts are escaped, started at login', () => {
    expect(service?.path).toBe('/Users/ada/Library/LaunchAgents/app.slipstream.serve.plist');
    expect(service?.text).toContain('<string>/Users/ada/A &amp; B</string>');
    expect(service?.text).toContain('<string>/home/ada/50% &quot;app&quot;/$out/headless.js</string>');
    expect(service?.text).toMatch(/<key>RunAtLoad<\/key>\s*<true\/>/);
    expect(service?.install).toEqual([['launchctl', 'load', '-w', service?.path]]);
    expect(service?.remove).toEqual([['launchctl', 'unload', '-w', service?.path]]);
  });
});

describe('the task of Windows', () => {
  const service = serviceFor('win32', {
    ...facts,
    node: 'C:\\Program Files\\node.exe',
    program: 'C:\\Program Files\\slipstream\\headless.js',
    dataDir: 'C:\\Users\\Ada B\\slipstream\\',
  });

  it('starts at the logon with the user’s own rights, and has no end', () => {
    expect(service?.text).toContain('<Command>C:\\Program Files\\node.exe</Command>');
    expect(service?.text).toContain('<RunLevel>LeastPrivilege</RunLevel>');
    expect(service?.text).toContain('<ExecutionTimeLimit>PT0S</ExecutionTimeLimit>');
    expect(service?.install[0]?.slice(0, 4)).toEqual(['schtasks', '/Create', '/TN', 'slipstream']);
  });

  it('quotes its words as Windows splits them', () => {
    const line = /<Arguments>(.*)<\/Arguments>/.exec(service?.text ?? '')?.[1] ?? '';
    expect(line).toContain('&quot;C:\\Program Files\\slipstream\\headless.js&quot; serve --no-open --port 2575');
    // A backslash before the closing quote stands twice.
    expect(line).toMatch(/--data-dir &quot;C:\\Users\\Ada B\\slipstream\\\\&quot;$/);
  });
});

it.each([
  ['darwin', [['launchctl', 'unload', expect.stringContaining('.plist')]]],
  ['win32', [['schtasks', '/End', '/TN', 'slipstream']]],
] as const)(
  'written anew on %s, the one that runs is ended, which a start would leave as it is',
  (platform, commands) => {
    expect(serviceFor(platform, facts)?.replace).toEqual(commands);
  },
);

it('is none on a system that is not known', () => {
  expect(serviceFor('aix', facts)).toBeNull();
});
