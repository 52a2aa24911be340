import { expect, it } from 'vitest';
import { Deltas } from '../../src-main/app/deltas.ts';
import { traceHandlers } from '../../src-main/app/trace-handlers.ts';
import { Recorder } from '../../src-main/core/traces/recorder.ts';
import { Redactor } from '../../src-main/core/traces/redaction.ts';
import { MemoryTraceStore } from '../../src-main/core/traces/store/memory-store.ts';
import { recordingLog } from '../support/host.ts';
import { fakeClock } from './fake-clock.ts';

function stand() {
  const [clock, log, redactor] = [fakeClock(), recordingLog(), new Redactor()];
  const recorder = new Recorder({ clock, log, redactor, clientLabel: () => 'curl 8' });
  const deltas = new Deltas(clock, log, recorder);
  const told: string[] = [];
  deltas.onDelta((delta) => {
    if (delta.kind === 'requests') told.push(...delta.rows.map(({ id, status }) => `${id} ${status}`));
    else told.push(delta.kind);
  });
  const body = Buffer.from('{"model":"gpt-5.5"}');
  const asked = { clientTransport: 'http', kind: 'turn', method: 'POST', path: '/v1/responses', model: 'm' } as const;
  const begin = (id: string) =>
    recorder.begin({
      ...{ ...asked, id, dialect: 'responses', headers: [], body, tierAsked: null, acceptedMs: 0, bodyReadMs: 0 },
    });
  const handlers = traceHandlers({
    redactor,
    traces: { recorder, store: new MemoryTraceStore() },
    deltas,
  } as unknown as Parameters<typeof traceHandlers>[0]);
  return { clock, begin, told, handlers };
}

it('a turn that has just ended is told to have ended before all are cleared, or screens would take it to run', async () => {
  const { clock, begin, told, handlers } = stand();
  const [ends, goesOn] = [begin('ends'), begin('goes-on')];
  clock.advance(50);
  ends.ended('completed', null);
  await handlers['requests.clear'](null);
  clock.advance(50);
  goesOn.ended('cancelled', null);
  clock.advance(50);
  expect(told).toEqual(['ends running', 'goes-on running', 'ends completed', 'cleared', 'goes-on cancelled']);
});

it('a turn that outlasts a thousand others, and is no longer kept, is told to have ended', () => {
  const { clock, begin, told } = stand();
  const long = begin('long');
  for (let other = 0; other < 1_001; other += 1) begin(`other-${other}`).ended('completed', null);
  clock.advance(50);
  told.length = 0;
  long.ended('completed', null);
  clock.advance(50);
  expect(told).toEqual(['long completed']);
});
