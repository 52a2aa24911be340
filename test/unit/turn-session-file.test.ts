import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keptText, parseKept, SessionFile } from '../../src-main/core/turn/session-file.ts';
import { recordingLog, troublesIn } from '../support/host.ts';
import { fakeClock } from './fake-clock.ts';

let dataDir: string;
const clock = fakeClock();

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'slipstream-sessions-'));
});

afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const id = '01a2091d-4658-7212-b4e9-cfeda846ce7d';
const hash = 'A'.repeat(22);
const open = (more: { writeFile?: (path: string, text: string) => Promise<void> } = {}) =>
  new SessionFile({ dataDir, troubles: troublesIn(dataDir), clock, log: recordingLog(), ...more });

describe('the file of minted ids', () => {
  it('gives each name its id again after a restart', async () => {
    const first = open();
    const ids = ['one', 'two'].map((key) => first.sessions.resolve(key).id);
    await first.close();
    const second = open();
    expect(['one', 'two'].map((key) => second.sessions.resolve(key).id)).toEqual(ids);
  });

  it('holds hashes and ids alone, for its owner alone', async () => {
    const file = open();
    file.sessions.resolve('a-name-that-says-something');
    await file.close();
    const path = join(dataDir, 'sessions.json');
    const text = readFileSync(path, 'utf8');
    expect(text).not.toContain('says');
    expect(text.replaceAll(/"[A-Za-z0-9+/]{22}"|"[0-9a-f-]{36}"/g, '_')).toBe(
      '{"version":1,"names":[[_,_]],"places":[]}',
    );
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('is not written while a turn waits, and a burst of names is one write', async () => {
    const written: string[] = [];
    const file = await open({ writeFile: async (_path, text) => void written.push(text) });
    for (let count = 0; count < 100; count += 1) file.sessions.resolve(`name ${count}`);
    await Promise.resolve();
    expect(written).toHaveLength(0);
    clock.advance(1_000);
    await Promise.resolve();
    file.sessions.resolve('one more');
    clock.advance(9_999);
    await Promise.resolve();
    expect(written).toHaveLength(1);
    clock.advance(1);
    await file.close();
    expect(written.map((text) => parseKept(JSON.parse(text)).names.length)).toEqual([100, 101]);
  });

  it('that cannot be written is told in the log, and costs no turn anything', async () => {
    const log = recordingLog();
    const writeFile = () => Promise.reject(new Error('the disk is full'));
    const file = new SessionFile({ dataDir, troubles: troublesIn(dataDir), clock, log, writeFile });
    const session = file.sessions.resolve('name');
    await file.close();
    expect(log.lines.map(({ message }) => message)).toEqual([expect.stringContaining('the disk is full')]);
    expect(file.sessions.resolve('name')).toBe(session);
  });

  it('that could not be written is tried again, ever later, though no new id comes, and once more at the end', async () => {
    let isFull = true;
    let tries = 0;
    const written: string[] = [];
    const file = open({
      writeFile: async (_path, text) => {
        tries += 1;
        if (isFull) throw new Error('the disk is full');
        written.push(text);
      },
    });
    const triesAfter = async (ms: number) => {
      clock.advance(ms);
      await new Promise(setImmediate);
      return tries;
    };
    file.sessions.resolve('name');
    expect([
      await triesAfter(1_000),
      await triesAfter(19_999),
      await triesAfter(1),
      await triesAfter(39_999),
      await triesAfter(1),
    ]).toEqual([1, 1, 2, 2, 3]);
    isFull = false;
    expect([await triesAfter(80_000), written.length, await triesAfter(3_600_000)]).toEqual([4, 1, 4]);
    isFull = true;
    file.sessions.resolve('another');
    expect(await triesAfter(10_000)).toBe(5);
    isFull = false;
    await file.close();
    expect(written.map((text) => parseKept(JSON.parse(text)).names.length)).toEqual([1, 2]);
    expect(await triesAfter(3_600_000)).toBe(6);
  });

  it.each([
    ['no JSON', '{"version":1,"names":[["'],
    ['nothing', ''],
    ['another version', JSON.stringify({ version: 0, names: [[hash, id]] })],
    ['something else', '[1,2,3]'],
    ['5 MB', JSON.stringify({ version: 1, names: Array.from({ length: 80_000 }, () => [hash, id]) })],
  ])('counts as none where it holds %s', async (_what, text) => {
    writeFileSync(join(dataDir, 'sessions.json'), text);
    const file = open();
    expect(file.sessions.kept).toEqual({ names: [], places: [] });
    expect(file.sessions.resolve('name').id).not.toBe(id);
    await file.close();
    expect(open().sessions.kept.names).toHaveLength(1);
  });

  it('keeps what can be read of a damaged list, and no id that is none', () => {
    const bad = [7, null, [hash], ['short', id], [hash, 'no id'], [hash, `${id}\r\nx: y`], ['__proto__', id], {}];
    expect(parseKept({ names: [...bad, [hash, id]], places: 'none' })).toEqual({
      names: [[hash, id]],
      places: [],
    });
  });

  it('reads what it writes', () => {
    const kept = { names: [[hash, id]], places: [['B'.repeat(44), id]] } as const;
    expect(parseKept(JSON.parse(keptText(kept)))).toEqual(kept);
  });
});
