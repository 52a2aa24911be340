import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { BodyBudget } from '../../src-main/core/server/body-budget.ts';
import { startTurn } from '../../src-main/core/server/start-turn.ts';
import type { TurnRunner } from '../../src-main/core/turn/runner.ts';
import type { RunningTurn } from '../../src-main/core/turn/turn.ts';
import { realClock } from '../support/host.ts';

/** A POST whose packed body is there; `leave` is its client going away. */
function packedPost() {
  const request = new IncomingMessage(new Socket());
  request.headers['content-encoding'] = 'gzip';
  request.push(gzipSync('{}'));
  request.push(null);
  const response = new ServerResponse(request);
  return { request, response, leave: () => response.destroy() };
}

function countingRunner() {
  const aborts: string[] = [];
  const turn: RunningTurn = {
    id: 'a',
    keyName: null,
    resume: () => {},
    told: () => {},
    enough: () => {},
    threw: () => {},
    abort: (why = 'client_gone') => aborts.push(why),
  };
  // The rest of a runner is not asked for.
  return { aborts, runner: { start: () => turn } as unknown as TurnRunner };
}

const asked = { dialect: 'responses', kind: 'turn', body: {}, raw: Buffer.from('{}') } as const;
const sink = {
  open: () => {},
  wait: () => {},
  event: () => true,
  own: () => [],
  end: () => [],
  fail: () => [],
  cut: () => {},
  told: { status: null, headers: [] },
};

describe('a turn whose client goes away', () => {
  it.each([
    ['while its body was unpacked', true],
    ['later', false],
  ])('is aborted once: it left %s', async (_when, isEarly) => {
    const { request, response, leave } = packedPost();
    const { aborts, runner } = countingRunner();
    const share = new BodyBudget(realClock).share();
    const exchange = {
      request,
      response,
      path: '/v1/responses',
      rawQuery: '',
      headers: [],
      key: null,
      opens: () => {},
      share,
    };
    if (isEarly) request.on('end', leave);
    await startTurn(exchange, runner, realClock, async () => ({ ...asked, makeSink: () => sink }));
    if (!isEarly) leave();
    await expect.poll(() => aborts).toEqual(['client_gone']);
  });
});
