import { describe, expect, it } from 'vitest';
import { ownShareMs, waterfall } from '../../src-main/core/traces/waterfall.ts';
import type { AttemptRecord } from '../../src-main/shared/model.ts';
import { tell } from '../../src-main/shared/words/told.ts';
import { seededRandom } from '../../src-main/simulator/seeded-random.ts';

function attempt(times: Partial<AttemptRecord>): AttemptRecord {
  return {
    transport: 'ws',
    account: 'a',
    accountId: 'a',
    url: '',
    startedMs: 0,
    connectedMs: null,
    sentMs: null,
    readyMs: null,
    firstEventMs: null,
    endedMs: null,
    phases: [],
    reused: false,
    status: null,
    closeCode: null,
    requestHeaders: [],
    responseHeaders: [],
    error: null,
    said: null,
    ...times,
  };
}

const named = (spans: ReturnType<typeof waterfall>) => spans.map(({ name, startMs, endMs }) => [name, endMs - startMs]);

describe('the waterfall', () => {
  it('names each part of a plain turn', () => {
    const plain = attempt({
      startedMs: 5,
      phases: [
        { name: 'dns', startMs: 5, endMs: 8 },
        { name: 'tcp', startMs: 8, endMs: 18 },
        { name: 'tls', startMs: 18, endMs: 40 },
        { name: 'upgrade', startMs: 40, endMs: 60 },
      ],
      connectedMs: 60,
      sentMs: 61,
      firstEventMs: 300,
      endedMs: 900,
    });
    const spans = waterfall({ bodyReadMs: 2, attempts: [plain], waits: [], endMs: 902 });
    expect(named(spans)).toEqual([
      ['request body', 2],
      ['prepare', 3],
      ['dns', 3],
      ['tcp', 10],
      ['tls', 22],
      ['upgrade', 20],
      ['send', 1],
      ['first event', 239],
      ['stream', 600],
      ['finish', 2],
    ]);
    expect(ownShareMs(spans)).toBe(6);
  });

  it('says where the socket was a spare', () => {
    const times = { startedMs: 2, connectedMs: 3, sentMs: 3, firstEventMs: 40, endedMs: 60, reused: true };
    const whyOf = (more: Partial<AttemptRecord>) =>
      waterfall({ bodyReadMs: 2, attempts: [attempt({ ...times, ...more })], waits: [], endMs: 60 })[1]?.why;
    expect([whyOf({ wasSpare: true }), whyOf({})]).toEqual([tell('why.connection.spare'), undefined]);
  });

  it('gives the wait for a new token to the issuer', () => {
    const spans = waterfall({
      bodyReadMs: 0,
      attempts: [
        attempt({ startedMs: 1, connectedMs: 10, sentMs: 10, endedMs: 20, status: 401 }),
        attempt({ startedMs: 60, connectedMs: 61, sentMs: 61, firstEventMs: 70, endedMs: 90 }),
      ],
      waits: [{ name: 'token refresh', startMs: 21, endMs: 59 }],
      endMs: 91,
    });
    expect(spans.find(({ name }) => name === 'token refresh')).toMatchObject({ who: 'issuer', startMs: 21, endMs: 59 });
    expect(ownShareMs(spans)).toBe(1 + 1 + 1 + 1);
  });

  it('sums to the total whatever the times are (2,000 random timelines)', () => {
    const random = seededRandom(3);
    for (let round = 0; round < 2_000; round += 1) {
      const endMs = 10 + random() * 1_000;
      const some = () => (random() < 0.3 ? null : random() * endMs * 1.2);
      const attempts = Array.from({ length: Math.floor(random() * 4) }, () =>
        attempt({
          startedMs: random() * endMs,
          connectedMs: some(),
          sentMs: some(),
          readyMs: some(),
          firstEventMs: some(),
          endedMs: some(),
          phases: [{ name: 'tcp', startMs: random() * endMs, endMs: random() * endMs }],
        }),
      );
      const waits = [{ name: 'usage read' as const, startMs: random() * endMs, endMs: random() * endMs }];
      const spans = waterfall({ bodyReadMs: random() * endMs, attempts, waits, endMs });
      const total = spans.reduce((sum, span) => sum + span.endMs - span.startMs, 0);
      expect(Math.abs(total - endMs)).toBeLessThan(1e-6);
      spans.forEach((span, index) => {
        expect(span.startMs).toBe(spans[index - 1]?.endMs ?? 0);
      });
    }
  });
});
