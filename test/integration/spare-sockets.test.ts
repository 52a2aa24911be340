import { randomUUID } from 'node:crypto';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { isJsonObject, type JsonObject, objectMember, parseJsonObject, textMember } from '../../src-main/core/json.ts';
import type { EntryOf } from '../../src-main/simulator/log.ts';
import { makeSelfSigned } from '../support/self-signed.ts';
import { type SkippingClock, skippingClock } from '../support/skipping-clock.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { ask, codexBody, codexHeaders, outputOf, post, user } from '../support/turn-client.ts';
import { captured, headerSet } from '../unit/captures.ts';

/** Sockets that stand upgraded for sessions to come, whose ids Slipstream mints. */

const certificate = makeSelfSigned();
const trusted = getCACertificates();
let rig: Rig;
let clock: SkippingClock;

beforeAll(async () => {
  setDefaultCACertificates([...trusted, certificate.cert]);
  clock = skippingClock();
  rig = await startRig({ simulator: { tls: certificate }, clock });
});

afterAll(async () => {
  await rig.stop();
  setDefaultCACertificates(trusted);
});

afterEach(async () => {
  await rig.app.handlers['settings.set']({ opensAhead: true, paused: false, fastPolicy: 'auto' });
});

const log = () => rig.simulator.log;
const say = 'Reply with exactly: ok';

async function turn(body: JsonObject = {}, headers: Record<string, string> = {}) {
  const answer = await post(rig, ask(`${say} ${randomUUID()}`, body), headers);
  expect(answer.status).toBe(200);
  const [attempt] = (await rig.lastTrace()).attempts;
  return { answer, attempt, wasSpare: attempt?.wasSpare === true };
}

/** Turns of new sessions until one has got a spare; its trace. */
function onSpare(body?: JsonObject, headers?: Record<string, string>) {
  return vi.waitFor(
    async () => {
      const done = await turn(body, headers);
      expect(done.wasSpare).toBe(true);
      return done;
    },
    { timeout: 20_000, interval: 10 },
  );
}

const headerOf = ({ headers }: EntryOf<'upgrade'>, name: string) =>
  headers.find(([key]) => key.toLowerCase() === name)?.[1] ?? '';

function upgradeOf({ connection }: EntryOf<'frame'>): EntryOf<'upgrade'> {
  const upgrade = log().upgrades.find((one) => one.connection === connection);
  if (upgrade === undefined) throw new Error('no upgrade');
  return upgrade;
}

function lastFrame(): EntryOf<'frame'> {
  const frame = log().frames.at(-1);
  if (frame === undefined) throw new Error('no frame');
  return frame;
}

/** Sockets that stand open and never had a frame. */
function standing(): number[] {
  const used = new Set([...log().frames, ...log().closes].map(({ connection }) => connection));
  return log()
    .upgrades.map(({ connection }) => connection)
    .filter((connection) => !used.has(connection));
}

const untilStanding = (count: number) => vi.waitFor(() => expect(standing()).toHaveLength(count), 10_000);

/** Every id that upstream is told of a frame's session, by its upgrade and by itself. */
function idsOf(frame: EntryOf<'frame'>): unknown[] {
  const upgrade = upgradeOf(frame);
  if (!isJsonObject(frame.body)) throw new Error('no JSON');
  const metadata = objectMember(frame.body, 'client_metadata');
  const told = [headerOf(upgrade, 'x-codex-turn-metadata'), textMember(metadata, 'x-codex-turn-metadata') ?? ''];
  const inTurns = told.flatMap((text) => {
    const said = parseJsonObject(text);
    return [said?.session_id, said?.thread_id, String(said?.window_id).replace(/:0$/, '')];
  });
  return [
    headerOf(upgrade, 'session-id'),
    headerOf(upgrade, 'thread-id'),
    headerOf(upgrade, 'x-client-request-id'),
    headerOf(upgrade, 'x-codex-window-id').replace(/:0$/, ''),
    textMember(frame.body, 'prompt_cache_key'),
    textMember(metadata, 'session_id'),
    textMember(metadata, 'thread_id'),
    ...inTurns,
  ];
}

describe('a new session of a client that names none', () => {
  it('takes the spare with its id, in the official shape, and leaves another behind it', async () => {
    const done = await onSpare();
    expect(done.attempt).toMatchObject({ wasSpare: true, reused: true, phases: [] });
    const frame = lastFrame();
    expect(new Set(idsOf(frame)).size).toBe(1);
    const { row } = await rig.lastTrace();
    expect(row.sessionId).toBe(idsOf(frame)[0]);
    expect(headerSet(upgradeOf(frame).headers.map(([name, value]) => [name, value]))).toEqual(
      headerSet(captured('v171-ws').upgrades[0] ?? []),
    );
    expect(log().refusals).toEqual([]);
    await onSpare();
  });

  it('goes on in the session of the spare', async () => {
    const first = [user(`${say} ${randomUUID()}`)];
    await onSpare();
    const { answer } = await vi.waitFor(async () => {
      const done = await turn({ input: first });
      expect(done.wasSpare).toBe(true);
      return done;
    });
    await post(rig, ask('', { input: [...first, ...outputOf(answer.events), user('and again')] }));
    const frames = log().frames.slice(-2);
    expect(new Set(frames.flatMap(idsOf)).size).toBe(1);
    expect(frames[1]?.body).toMatchObject({ previous_response_id: expect.any(String) });
  });

  it('never gets the spare of another model, tier or shape', async () => {
    await onSpare();
    await untilStanding(1);
    expect((await turn({ model: 'gpt-6.1-sol' })).wasSpare).toBe(false);
    expect((await turn({ service_tier: 'priority' })).wasSpare).toBe(false);
    expect((await turn({}, { 'x-codex-beta-features': 'mine' })).wasSpare).toBe(false);
    await rig.app.handlers['settings.set']({ fastPolicy: 'on' });
    await onSpare();
    expect(headerOf(upgradeOf(lastFrame()), 'x-codex-routing-hint')).toBe('model=gpt-5.5;tier=priority');
  });
});

describe('a session that a text names', () => {
  it('keeps the id of its spare, also after a restart', async () => {
    const names: string[] = [];
    await vi.waitFor(async () => {
      names.push(`ses_${randomUUID()}`);
      expect((await turn({}, { 'x-session-id': names.at(-1) ?? '' })).wasSpare).toBe(true);
    });
    await rig.restart();
    await turn({}, { 'x-session-id': names.at(-1) ?? '' });
    expect(new Set(log().frames.slice(-2).flatMap(idsOf)).size).toBe(1);
  });
});

describe('no spare', () => {
  it('is taken or opened for sessions that have an id of their own', async () => {
    await onSpare();
    await untilStanding(1);
    const [spare] = standing();
    expect((await turn({}, { 'session-id': randomUUID() })).wasSpare).toBe(false);
    const codex = await post(rig, codexBody(say), codexHeaders(randomUUID()));
    expect([codex.status, (await rig.lastTrace()).attempts[0]?.wasSpare]).toEqual([200, undefined]);
    expect(standing()).toEqual([spare]);
  });

  it('stands while Slipstream is paused', async () => {
    await onSpare();
    await untilStanding(1);
    await rig.app.handlers['settings.set']({ paused: true });
    await untilStanding(0);
  });

  it('stands or is opened where the user does not want any', async () => {
    await onSpare();
    await untilStanding(1);
    await rig.app.handlers['settings.set']({ opensAhead: false });
    await untilStanding(0);
    for (let count = 0; count < 3; count += 1) expect((await turn()).wasSpare).toBe(false);
    expect(standing()).toEqual([]);
  });

  it('outlives three minutes in which nobody asks for its kind', async () => {
    await onSpare();
    await untilStanding(1);
    clock.skip(3 * 60_000 + 1);
    await untilStanding(0);
  });

  it('stays open for an account that takes no turns now', async () => {
    const id = rig.app.snapshot().accounts[0]?.id ?? '';
    await onSpare();
    await untilStanding(1);
    await rig.app.handlers['accounts.setEnabled']({ id, enabled: false });
    await untilStanding(0);
    await rig.app.handlers['accounts.setEnabled']({ id, enabled: true });
  });
});
