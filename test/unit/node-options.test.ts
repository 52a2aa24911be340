import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import {
  addCommonOptions,
  addServeOptions,
  checkServeOptions,
  parseBaseUrl,
  type ServeOptions,
} from '../../src-main/node/options.ts';

function parse(...args: string[]) {
  const command = addServeOptions(addCommonOptions(new Command()));
  command.exitOverride().configureOutput({ writeErr: () => {} });
  return command.parse(args, { from: 'user' }).opts<ServeOptions>();
}

describe('--upstream and --issuer', () => {
  it.each([
    ['https://chatgpt.com/backend-api/codex', 'https://chatgpt.com/backend-api/codex'],
    ['https://example.test/base/', 'https://example.test/base'],
    ['http://127.0.0.1:8080/backend-api/codex', 'http://127.0.0.1:8080/backend-api/codex'],
    ['http://127.9.9.9', 'http://127.9.9.9'],
    ['http://localhost:1', 'http://localhost:1'],
    ['http://[::1]:99/x', 'http://[::1]:99/x'],
  ])('take %s', (text, expected) => {
    expect(parseBaseUrl(text)).toBe(expected);
  });

  it.each([
    'http://example.com',
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
    'http://192.168.1.2:8080',
    'http://0.0.0.0',
    'ftp://127.0.0.1',
    'file:///etc/passwd',
    'https://user:pass@example.test',
    'https://example.test/?key=1',
    'https://example.test/#x',
    'chatgpt.com',
    '',
  ])('refuse %j', (text) => {
    expect(() => parseBaseUrl(text)).toThrow();
  });
});

describe('serve options', () => {
  it('default to port 2575, the official addresses and an opened dashboard', () => {
    expect(parse()).toMatchObject({
      port: 2575,
      upstream: 'https://chatgpt.com/backend-api/codex',
      issuer: 'https://auth.openai.com',
      open: true,
    });
  });

  it.each([
    ['0', 0],
    ['65535', 65535],
  ])('take port %s', (text, port) => {
    expect(parse('--port', text).port).toBe(port);
  });

  it.each(['65536', '-1', '1.5', 'http', ''])('refuse port %j', (text) => {
    expect(() => parse(`--port=${text}`)).toThrow();
  });

  it.each(['my-host', '1.2.3.4.5', '192.168.1.1:80', '::g'])('refuse to listen on %j', (text) => {
    expect(() => parse('--listen', text)).toThrow();
  });

  it('take an IPv6 address to listen on', () => {
    expect(parse('--listen', 'fd00::1').listen).toBe('fd00::1');
  });

  it('refuse an unknown log level', () => {
    expect(() => parse('--log-level', 'loud')).toThrow();
  });

  it('refuse --demo together with an upstream', () => {
    expect(() => checkServeOptions(parse('--demo', '--upstream', 'https://example.test'))).toThrow('--demo');
  });
});
