import { expect, it } from 'vitest';
import { TurnMetrics } from '../../src-main/core/metrics/prometheus.ts';
import { turnTeller, type WatchedTurn } from '../../src-main/core/metrics/watched-turn.ts';
import { fakeClock } from './fake-clock.ts';

const turn = (tierSent: string): WatchedTurn => ({
  dialect: 'responses',
  kind: 'turn',
  client: 'curl',
  traceparent: null,
  keyName: null,
  startedAt: 0,
  totalMs: 1_000,
  firstTokenMs: 400,
  ownMs: 2,
  modelAsked: 'm',
  note: { tierSent, model: 'm', modelHasTier: null },
  sessionId: null,
  marks: [],
  attempts: [],
  tierEchoed: null,
  usage: null,
  httpStatus: 200,
  status: 'completed',
  errorCode: null,
});

it('tells tiers apart that there are, and not whatever a Codex client asks for of a model nobody knows', async () => {
  const metrics = new TurnMetrics('1', () => ({ runningTurns: 0, upstreamSockets: 0, accounts: [] }));
  for (let at = 0; at < 100; at += 1) metrics.note(turn(`tier-${at}`));
  const text = await metrics.text();
  const lines = text.split('\n').filter((line) => line.startsWith('slipstream_turns_total{'));
  expect(lines).toHaveLength(21);
  expect(lines.find((line) => line.includes('tier="other"'))).toMatch(/ 80$/);
});

it('counts clients without their versions, and by their whole names', async () => {
  const metrics = new TurnMetrics('1', () => ({ runningTurns: 0, upstreamSockets: 0, accounts: [] }));
  for (const client of ['curl 8.5.0', 'OpenAI JS 7.59.0', 'OpenAI JS v8', 'Codex Desktop', 'unknown client'])
    metrics.note({ ...turn('priority'), client });
  const text = await metrics.text();
  const clients = [...text.matchAll(/_total\{client="([^"]*)"/g)].map(([, client]) => client);
  expect(clients).toEqual(['curl', 'OpenAI JS', 'Codex Desktop', 'unknown client']);
});

it('takes what Slipstream itself told a client for no event of upstream’s', () => {
  const clock = fakeClock();
  const told: WatchedTurn[] = [];
  const teller = turnTeller(
    clock,
    (text) => text,
    (ended) => told.push(ended),
  );
  const watch = teller.begin({
    id: 'one',
    dialect: 'responses',
    clientTransport: 'http',
    kind: 'turn',
    method: 'POST',
    path: '/v1/responses',
    headers: [],
    body: Buffer.alloc(0),
    model: 'gpt-5.5',
    tierAsked: null,
    acceptedMs: clock.monotonicMs(),
    bodyReadMs: clock.monotonicMs(),
  });
  clock.advance(5);
  watch.frame('client-out', 'response.output_text.delta', 9);
  watch.ended('failed', { code: 'upstream_closed', message: 'x' });
  expect(told).toMatchObject([{ firstTokenMs: null, marks: [{ name: 'accepted' }, { name: 'bodyRead' }] }]);
});
