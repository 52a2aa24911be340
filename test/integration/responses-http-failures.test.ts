import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type JsonObject, objectMember } from '../../src-main/core/json.ts';
import { type Rig, type RigOptions, startRig } from '../support/slipstream.ts';
import { codexBody, codexHeaders, objectOf, postStream, streamedEvents } from './proxy-client.ts';

/** What clients are told when a turn goes wrong. */

const count = { model: 'gpt-5.5', input: 'Count to 5', stream: true };

let rig: Rig;

async function start(options: RigOptions = {}): Promise<void> {
  await rig.stop();
  rig = await startRig(options);
}

beforeEach(async () => {
  rig = await startRig();
});

afterEach(() => rig.stop());

const events = (body: JsonObject, headers: Record<string, string> = {}) => streamedEvents(rig, body, headers);

describe('an upstream that says no', () => {
  it.each(['ws', 'http'] as const)("passes upstream's 400 on with its body (%s)", async (transport) => {
    if (transport === 'http') rig.simulator.faults.always('upgrade', { kind: 'status', status: 426 });
    const response = await rig.post('/v1/responses', { ...count, reasoning: { effort: 'immense' } });
    expect(response.status).toBe(400);
    expect(objectOf(await response.text())).toEqual({
      error: {
        message: expect.stringContaining("'immense' is not supported"),
        type: 'invalid_request_error',
        code: 'unsupported_value',
        param: 'reasoning.effort',
      },
    });
    expect((await rig.lastTrace()).row).toMatchObject({ status: 'failed', httpStatus: 400 });
  });

  it('passes on the other shape of a 400 too', async () => {
    await start({ simulator: { httpDetailErrors: true } });
    rig.simulator.faults.always('upgrade', { kind: 'status', status: 426 });
    const response = await rig.post('/v1/responses', { ...count, reasoning: { effort: 'immense' } });
    expect([response.status, await response.text()]).toEqual([400, expect.stringMatching(/^\{"detail":/)]);
  });

  it('never tells an account’s 401 as the client’s own', async () => {
    rig.simulator.faults.always('upgrade', { kind: 'status', status: 401 });
    const response = await rig.post('/v1/responses', count);
    expect(response.status).toBe(503);
    expect(objectOf(await response.text())).toMatchObject({
      error: { code: 'account_signed_out', message: expect.stringContaining('Sign in again') },
    });
  });

  it('passes a 429 on with the time to wait', async () => {
    rig.simulator.faults.always('turn', { kind: 'error', status: 429 });
    rig.simulator.faults.always('upgrade', { kind: 'status', status: 429, headers: { 'retry-after': '7' } });
    const response = await rig.post('/v1/responses', count);
    expect(response.status).toBe(429);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('tells an exhausted account in the form official clients read', async () => {
    const resetsAt = Math.floor(Date.now() / 1000) + 3600;
    rig.simulator.accounts[0]?.exhaust({ resetsAt });
    const response = await rig.post('/v1/responses', count);
    expect(response.status).toBe(429);
    expect(objectOf(await response.text())).toMatchObject({
      error: { type: 'usage_limit_reached', resets_at: resetsAt },
    });
  });
});

describe('an upstream that is not there', () => {
  it('is a 502 that names host and port', async () => {
    const closed = createServer();
    const port = await new Promise<number>((resolve) => {
      closed.listen(0, '127.0.0.1', () => {
        const address = closed.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
    await new Promise((resolve) => closed.close(resolve));
    await start({ upstreamUrl: `http://127.0.0.1:${port}/backend-api/codex` });
    const response = await rig.post('/v1/responses', count);
    expect(response.status).toBe(502);
    const body = objectOf(await response.text());
    expect(body).toMatchObject({
      error: { code: 'upstream_unreachable', message: expect.stringContaining(`127.0.0.1:${port}`) },
    });
  });
});

describe('the end of a stream in the middle', () => {
  const cut = { kind: 'close', code: 1011, reason: 'going down', afterDeltas: 2 } as const;

  it('is an error event for a plain client, and the trace shows the close code', async () => {
    rig.simulator.faults.always('turn', cut);
    const stream = await events(count);
    expect(stream.at(-1)).toMatchObject({
      type: 'error',
      code: 'upstream_closed',
      message: expect.stringContaining('1011'),
    });
    const trace = await rig.lastTrace();
    expect(trace.attempts.at(-1)).toMatchObject({ closeCode: 1011, error: { code: 'upstream_closed' } });
    expect(trace.row).toMatchObject({ status: 'failed', httpStatus: 200 });
  });

  it('is response.failed for a Codex client', async () => {
    rig.simulator.faults.always('turn', cut);
    const stream = await events(codexBody('Count to 5'), codexHeaders);
    expect(stream.at(-1)).toMatchObject({
      type: 'response.failed',
      response: { status: 'failed', error: { code: 'upstream_closed', message: expect.stringContaining('1011') } },
    });
  });

  it('is a 502 for a client without a stream', async () => {
    rig.simulator.faults.always('turn', cut);
    const response = await rig.post('/v1/responses', { ...count, stream: false });
    expect([response.status, objectMember(objectOf(await response.text()), 'error')?.code]).toEqual([
      502,
      'upstream_closed',
    ]);
  });

  it.each(['cut', 'reset', 'binary', 'malformed'] as const)('is told as well when upstream does %s', async (kind) => {
    rig.simulator.faults.always('turn', { kind, afterDeltas: 2 });
    const told = (await events(count)).at(-1);
    expect(told).toMatchObject({ type: 'error', code: 'upstream_closed' });
    // openai-python, and openai-node before 7, throw at this member alone.
    const { code, message, param } = told ?? {};
    expect(told?.error).toEqual({ code, message, param, type: 'server_error' });
  });

  it.each(['close', 'cut', 'noTerminal'] as const)('is told as well over HTTP when upstream does %s', async (kind) => {
    rig.simulator.faults.always('upgrade', { kind: 'status', status: 426 });
    rig.simulator.faults.always('turn', kind === 'noTerminal' ? { kind } : { ...cut, kind });
    const stream = await events(count);
    expect(stream.at(-1)).toMatchObject({ type: 'error', code: 'upstream_closed' });
  });

  it('comes through as it is where upstream itself says what failed', async () => {
    rig.simulator.faults.always('turn', { kind: 'failed', code: 'server_error', message: 'boom', afterDeltas: 2 });
    const stream = await events(count);
    expect(stream.at(-1)).toMatchObject({ type: 'response.failed', response: { error: { message: 'boom' } } });
    expect((await rig.lastTrace()).row.status).toBe('failed');
  });
});

describe('a client that goes away', () => {
  it.each(['ws', 'http'] as const)("ends upstream's turn (%s)", async (transport) => {
    if (transport === 'http') rig.simulator.faults.always('upgrade', { kind: 'status', status: 426 });
    rig.simulator.faults.always('turn', { kind: 'stall', afterDeltas: 2 });
    const stream = await postStream(rig, count);
    await stream.until(/output_text\.delta/);
    stream.destroy();
    await rig.simulator.log.waitFor('turn', ({ phase }) => phase === 'aborted');
    expect((await rig.lastTrace()).row).toMatchObject({ status: 'cancelled', error: { code: 'client_gone' } });
  });
});
