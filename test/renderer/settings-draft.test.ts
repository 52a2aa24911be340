import { describe, expect, it } from 'vitest';
import { AppSettings } from '../../src-main/shared/settings.ts';
import { settingRanges } from '../../src-main/shared/settings-limits.ts';
import { english } from '../../src-main/shared/words/english.ts';
import {
  type Draft,
  type DraftField,
  draftOf,
  readDraft,
  setElsewhere,
} from '../../src-renderer/features/settings/draft.ts';
import { plainSettings } from './fixtures.ts';

const read = (edits: Partial<Draft>) => readDraft(english.t, { ...draftOf(plainSettings), ...edits }, plainSettings);

/** Whether main's schema takes a patch. */
const isTaken = (patch: unknown) => AppSettings.partial().safeParse(patch).success;

describe('the settings form', () => {
  it('changes nothing while nothing is edited', () => {
    expect(read({})).toEqual({ patch: {}, problems: {} });
  });

  it.each<[Partial<Draft>, Partial<AppSettings>]>([
    [{ originator: ' codex_cli_rs ' }, { originator: 'codex_cli_rs' }],
    [{ proxyUrl: 'http://127.0.0.1:3128' }, { proxyUrl: 'http://127.0.0.1:3128' }],
    [{ proxyUrl: 'socks5://127.0.0.1:1080' }, { proxyUrl: 'socks5://127.0.0.1:1080' }],
    [{ proxyUrl: 'socks5h://ada:s@[::1]' }, { proxyUrl: 'socks5h://ada:s@[::1]' }],
    [{ proxyUrl: ' ' }, { proxyUrl: null }],
    [
      { allowedOrigins: 'https://a.example\n\n http://b.example:81 ' },
      { allowedOrigins: ['https://a.example', 'http://b.example:81'] },
    ],
    [
      { traceDays: '7', traceTurns: '5000', traceMegabytes: '16' },
      { traceDays: 7, traceTurns: 5_000, traceMegabytes: 16 },
    ],
    [{ traceBodies: true }, { traceBodies: true }],
  ])('reads %j, which main takes', (edits, patch) => {
    expect(read(edits)).toEqual({ patch, problems: {} });
    expect(isTaken(patch)).toBe(true);
  });

  it.each<[DraftField, string, string]>([
    ['originator', 'two words', 'Originator'],
    ['originator', '', 'Originator'],
    ['originator', 'é', 'Originator'],
    ['originator', 'x'.repeat(101), 'Originator'],
    ['proxyUrl', 'socks4://127.0.0.1:1080', 'Upstream proxy'],
    ['proxyUrl', 'socks5://', 'Upstream proxy'],
    ['proxyUrl', `socks5://${'u'.repeat(256)}@127.0.0.1`, 'Upstream proxy'],
    ['proxyUrl', 'socks5://%ff:x@127.0.0.1', 'Upstream proxy'],
    ['proxyUrl', '127.0.0.1:3128', 'Upstream proxy'],
    ['allowedOrigins', 'https://a.example/path', '“https://a.example/path”'],
    ['allowedOrigins', 'https://a.example *', '“*”'],
    ['allowedOrigins', 'null', '“null”'],
    ['allowedOrigins', `https://${'a'.repeat(300)}.example`, 'no origin'],
    ['allowedOrigins', Array.from({ length: 51 }, (_, index) => `https://a${index}.example`).join(' '), 'at most 50'],
    ['traceDays', '0', 'Days'],
    ['traceDays', '1.5', 'Days'],
    ['traceDays', 'many', 'Days'],
    ['traceTurns', '999', 'Turns'],
    ['traceMegabytes', '10001', 'Megabytes'],
  ])('calls %s wrong where it is %j, and names it', (field, text, name) => {
    const { patch, problems } = read({ [field]: text });
    expect(patch).toEqual({});
    expect(Object.keys(problems)).toEqual([field]);
    expect(problems[field]).toContain(name);
  });

  it('tells what a field was set to elsewhere since it is edited, unless it is what is typed or what it was', () => {
    const bases = { originator: plainSettings.originator, traceDays: String(plainSettings.traceDays) };
    const told = (edits: Partial<Draft>, settings: Partial<AppSettings>) =>
      setElsewhere(edits, bases, { ...plainSettings, ...settings });
    expect(told({ originator: 'mine' }, { originator: 'theirs', traceDays: 3 })).toEqual({ originator: 'theirs' });
    expect(told({ originator: 'mine' }, { originator: 'mine' })).toEqual({});
    expect(told({ originator: 'mine' }, {})).toEqual({});
    expect(told({ traceTurns: '9' }, { traceTurns: 5_000 })).toEqual({});
  });

  it.each(Object.entries(settingRanges))('has the limits of main for %s', (field, { min, max }) => {
    expect([min, max].map((value) => isTaken({ [field]: value }))).toEqual([true, true]);
    expect([min - 1, max + 1].map((value) => isTaken({ [field]: value }))).toEqual([false, false]);
  });
});
