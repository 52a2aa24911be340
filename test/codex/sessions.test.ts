import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject, textMember } from '../../src-main/core/json.ts';
import type { StreamFault } from '../../src-main/simulator/faults/fault-table.ts';
import type { FrameEntry } from '../../src-main/simulator/log.ts';
import { pairOf, startedOn } from '../support/rig-accounts.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { CodexThread } from './app-server.ts';
import { bearerConfig, runCodex } from './codex.ts';
import { expectSilentAnswer, misshapen } from './outcome.ts';

const standardHint = 'model=gpt-6.1-sol';
const priorityHint = 'model=gpt-6.1-sol;tier=priority';
const toolSaid = 'The tool said: Script completed\nWall time 0.0 seconds\nOutput:\n\nhi';
const toolAnswer = /^The tool said: Script completed/;

let rig: Rig;
let thread: CodexThread;

interface Sent {
  readonly connection: number;
  readonly accountId: string;
  readonly previous: string | null;
  readonly tier: string | null;
  readonly isPrewarm: boolean;
  readonly items: readonly string[];
}

function sentIn({ connection, accountId, body }: FrameEntry): Sent {
  const frame: JsonObject = isJsonObject(body) ? body : {};
  const input = Array.isArray(frame.input) ? frame.input : [];
  return {
    connection,
    accountId,
    previous: textMember(frame, 'previous_response_id'),
    tier: textMember(frame, 'service_tier'),
    isPrewarm: frame.generate === false,
    items: input.map((item) => (isJsonObject(item) ? (textMember(item, 'type') ?? '') : '')),
  };
}

/** The frames that reached upstream, in order. */
const sent = () => rig.simulator.log.frames.map(sentIn);

/** Ids of the responses that upstream completed, in order. */
const completed = () =>
  rig.simulator.log.turns.filter(({ phase }) => phase === 'completed').map(({ responseId }) => responseId);

/** Routing hints of the upgrades, in order. */
const hints = () =>
  rig.simulator.log.upgrades.map(({ headers }) => headers.find(([name]) => name === 'x-codex-routing-hint')?.[1]);

/** Every frame has the tier that its socket's upgrade announced. */
function expectTiersAsHinted(): void {
  const { upgrades } = rig.simulator.log;
  const hintOf = new Map(upgrades.map(({ connection }, index) => [connection, hints()[index]]));
  for (const { connection, tier } of sent())
    expect(hintOf.get(connection)).toBe(tier === null ? standardHint : priorityHint);
}

async function says(text: string, answer: string | RegExp): Promise<void> {
  const turn = await thread.say(text);
  expect(turn.status).toBe('completed');
  expect(turn.answer).toMatch(answer);
}

/** Nothing but answers reached the user, and nothing reached upstream that it could not take. */
function expectUnseen(): void {
  expect(thread.complaints).toEqual([]);
  const shapes = misshapen(rig).filter(({ code }) => code !== 'invalid_encrypted_content');
  expect(shapes).toEqual([]);
}

beforeEach(async () => {
  rig = await startRig({ accounts: 2, settings: { strategy: 'fill-first' } });
});
afterEach(async () => {
  await rig.stop();
});

describe.each([true, false])('a session of several turns with tool calls, websockets %s,', (websockets) => {
  beforeEach(async () => {
    thread = await CodexThread.start(bearerConfig(rig.baseUrl, rig.apiKey, { websockets }));
  });
  afterEach(() => thread.stop());

  it('uses one upstream socket and sends only what is new', async () => {
    await says('Reply with exactly: one', /^one$/);
    await says('call tool', toolAnswer);
    await says('Reply with exactly: three', /^three$/);
    await says('call tool', toolAnswer);
    expectUnseen();
    expect(rig.simulator.log.upgrades).toHaveLength(1);
    const [opening, ...later] = sent();
    expect(opening).toMatchObject({ isPrewarm: websockets, previous: null });
    expect(later.map(({ previous }) => previous)).toEqual(completed().slice(0, later.length));
    const afterFirst = websockets ? later.slice(1) : later;
    const tool = ['custom_tool_call_output'];
    expect(afterFirst.map(({ items }) => items)).toEqual([['message'], tool, ['message'], ['message'], tool]);
  });

  const ends: readonly { name: string; fault: StreamFault }[] = [
    { name: 'closed with 1000', fault: { kind: 'close', code: 1000, afterCompletion: true } },
    { name: 'closed with 1011', fault: { kind: 'close', code: 1011, afterCompletion: true } },
    { name: 'cut (1006)', fault: { kind: 'cut', afterCompletion: true } },
    { name: 'reset', fault: { kind: 'reset', afterCompletion: true } },
  ];

  it.each(ends)('goes on unseen when its socket is $name between turns', async ({ fault }) => {
    rig.simulator.faults.next('turn', fault);
    await says('Reply with exactly: one', /^one$/);
    await rig.simulator.log.waitFor('close');
    await says('Reply with exactly: two', /^two$/);
    await says('Reply with exactly: three', /^three$/);
    expectUnseen();
    expect(rig.simulator.log.upgrades).toHaveLength(2);
    const [full, delta] = sent().slice(-2);
    expect(full).toMatchObject({ previous: null });
    expect(delta).toMatchObject({ connection: full?.connection, previous: completed().at(-2), items: ['message'] });
  });

  it.each(ends)('goes on unseen when its socket is $name between a tool call and its result', async ({ fault }) => {
    rig.simulator.faults.next('turn', fault);
    await says('call tool', toolAnswer);
    await says('Reply with exactly: two', /^two$/);
    expectUnseen();
    expect(rig.simulator.log.upgrades).toHaveLength(2);
  });

  it('moves to another account unseen when its own is used up between turns', async () => {
    const [first, second] = pairOf(rig);
    await says('Reply with exactly: one', /^one$/);
    first.upstream.exhaust();
    await says('call tool', toolAnswer);
    await says('Reply with exactly: three', /^three$/);
    expectUnseen();
    expectMovedTo(second.upstream.id);
  });

  it('moves to another account unseen when its own is switched off between turns', async () => {
    const [first, second] = pairOf(rig);
    await says('Reply with exactly: one', /^one$/);
    await rig.app.handlers['accounts.setEnabled']({ id: first.id, enabled: false });
    await says('call tool', toolAnswer);
    expectUnseen();
    expectMovedTo(second.upstream.id);
  });

  it('moves to another account unseen when its own is used up between a tool call and its result', async () => {
    const [first, second] = pairOf(rig);
    const toolCalled = rig.simulator.log.waitForCount('turn', websockets ? 2 : 1, ({ phase }) => phase === 'completed');
    const turn = says('call tool', toolAnswer);
    await toolCalled;
    first.upstream.exhaust();
    await turn;
    await says('Reply with exactly: two', /^two$/);
    expectUnseen();
    expectMovedTo(second.upstream.id);
  });

  it('takes on fast mode, and leaves it, between turns', async () => {
    await says('Reply with exactly: one', /^one$/);
    await rig.app.handlers['settings.set']({ fastPolicy: 'on' });
    await says('Reply with exactly: two', /^two$/);
    await says('call tool', toolAnswer);
    await rig.app.handlers['settings.set']({ fastPolicy: 'off' });
    await says('Reply with exactly: four', /^four$/);
    expectUnseen();
    const standard = websockets ? [null, null] : [null];
    expect(sent().map(({ tier }) => tier)).toEqual([...standard, 'priority', 'priority', 'priority', null]);
    expect(hints()).toEqual([standardHint, priorityHint]);
    // The standard socket is still open and takes the last turn: whole, or from its own last response on.
    const previous = websockets ? null : completed()[0];
    expect(sent().at(-1)).toMatchObject({ connection: sent()[0]?.connection, previous });
    expectTiersAsHinted();
  });

  it('takes on fast mode between a tool call and its result', async () => {
    const toolCalled = rig.simulator.log.waitForCount('turn', websockets ? 2 : 1, ({ phase }) => phase === 'completed');
    const turn = says('call tool', toolAnswer);
    await toolCalled;
    await rig.app.handlers['settings.set']({ fastPolicy: 'on' });
    await turn;
    expectUnseen();
    expect(hints()).toEqual([standardHint, priorityHint]);
    expect(sent().at(-1)).toMatchObject({ tier: 'priority', previous: null });
    expectTiersAsHinted();
  });
});

/** From some frame on all frames are for this account, the first of them whole, the last a delta. */
function expectMovedTo(accountId: string): void {
  expect(startedOn(rig).at(-1)).toBe(accountId);
  const there = sent().filter((frame) => frame.accountId === accountId);
  expect(there[0]).toMatchObject({ previous: null });
  expect(there.at(-1)?.previous).not.toBeNull();
}

describe('`codex exec` prints nothing but its answer when, between a tool call and its result,', () => {
  async function runWith(interrupt: () => unknown): Promise<void> {
    const toolCalled = rig.simulator.log.waitForCount('turn', 2, ({ phase }) => phase === 'completed');
    const config = bearerConfig(rig.baseUrl, rig.apiKey, { websockets: true });
    const running = runCodex('call tool exec with `text("hi")`', { config });
    await toolCalled;
    await interrupt();
    const run = await running;
    expectSilentAnswer({ ...run, stdout: run.stdout.replace(/time \d+\.\d /, 'time 0.0 ') }, toolSaid);
  }

  it('its socket is closed', async () => {
    rig.simulator.faults.next('turn', { kind: 'close', code: 1011, afterCompletion: true });
    await runWith(() => {});
    expect(rig.simulator.log.upgrades).toHaveLength(2);
    expect(sent().at(-1)).toMatchObject({ previous: null });
  });

  it('its account is used up', async () => {
    const [first, second] = pairOf(rig);
    await runWith(() => first.upstream.exhaust());
    expect(startedOn(rig).at(-1)).toBe(second.upstream.id);
  });

  it('fast mode is switched on', async () => {
    await runWith(() => rig.app.handlers['settings.set']({ fastPolicy: 'on' }));
    expect(hints()).toEqual([standardHint, priorityHint]);
    expect(sent().map(({ tier }) => tier)).toEqual([null, null, 'priority']);
  });
});
