import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Redactor } from '../../src-main/core/traces/redaction.ts';
import { describeProgram } from '../../src-main/node/diagnostics.ts';
import { Settings } from '../../src-main/shared/settings.ts';
import { makeAccount, makeRow, makeSnapshot, plainSettings } from '../renderer/fixtures.ts';

const settings = Settings.parse({
  version: 1,
  fastPolicy: 'auto',
  apiKey: 'slipstream-test-key-0123456789',
  installationId: '00000000-0000-4000-8000-000000000000',
  proxyUrl: 'http://ada:secret@proxy.example:3128',
});

function describeWith(problems: readonly string[] = []): string {
  const failed = makeRow({ status: 'failed', error: { code: 'upstream_closed', message: 'It said: ada@example.com' } });
  const snapshot = makeSnapshot({
    accounts: [makeAccount()],
    requests: [failed],
    settings: { ...plainSettings, paused: true },
  });
  return describeProgram({ snapshot, settings, problems, redactor: new Redactor() });
}

describe('the diagnostics', () => {
  it('tell what a report needs', () => {
    const text = describeWith();
    for (const line of [
      /^version 0\.1\.0, headless, demo, profile 0\.169$/m,
      /^listens on http:\/\/127\.0\.0\.1:2575; upstream chatgpt\.com$/m,
      /^fast mode auto; paused$/m,
      /^way out a proxy of its own$/m,
      /^history 30 days, 100000 turns, 256 MB, bodies not kept$/m,
      /^account 1: ready, enabled, plan pro, source import/m,
      /Z upstream_closed$/m,
    ])
      expect(text).toMatch(line);
  });

  it('hold neither secrets nor names, and no words that came from elsewhere', () => {
    const text = describeWith();
    for (const word of ['slipstream-test-key', 'ada', 'secret', 'proxy.example', '00000000-0000', 'It said'])
      expect(text).not.toContain(word);
  });

  it('name no home folder, whose name is its owner’s', () => {
    const path = join(homedir(), 'data', 'settings.corrupt-1.json');
    const text = describeWith([JSON.stringify({ level: 40, setAsidePath: path }), `plain ${path}`]);
    expect(text).not.toContain(homedir());
    expect(text.match(/~[\\/]+data/g)).toHaveLength(2);
  });
});
