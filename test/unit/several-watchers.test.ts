import { describe, expect, it } from 'vitest';
import { BoundedLabel } from '../../src-main/core/metrics/labels.ts';
import { severalWatchers } from '../../src-main/core/several-watchers.ts';
import { silentAttempt, silentExchange } from '../../src-main/core/silent-watcher.ts';
import type { ExchangeStart, ExchangeWatch, TurnWatcher } from '../../src-main/core/watch.ts';

const start: ExchangeStart = {
  id: 'x',
  body: Buffer.alloc(0),
  model: 'm',
  tierAsked: null,
  dialect: 'responses',
  clientTransport: 'http',
  kind: 'turn',
  method: 'POST',
  path: '/v1/responses',
  headers: [],
  acceptedMs: 0,
  bodyReadMs: 0,
};

function noting(told: string[], name: string, more: Partial<ExchangeWatch> = {}): TurnWatcher {
  return {
    begin: () => ({
      ...silentExchange,
      mark: (mark) => void told.push(`${name} ${mark}`),
      attempt: () => ({ ...silentAttempt, sent: () => void told.push(`${name} sent`) }),
      waits: () => () => void told.push(`${name} waited`),
      ...more,
    }),
  };
}

describe('several watchers', () => {
  it('are all told the same, and who measures answers', () => {
    const told: string[] = [];
    const watch = severalWatchers(() => [noting(told, 'a'), noting(told, 'b', { ownShareMs: () => 7 })]).begin(start);
    watch.mark('normalised');
    watch
      .attempt({
        transport: 'ws',
        account: { id: '', label: '' },
        url: '',
        headers: [],
        body: Buffer.alloc(0),
        isIncrement: false,
      })
      .sent();
    watch.waits('token refresh')();
    expect(told).toEqual(['a normalised', 'b normalised', 'a sent', 'b sent', 'a waited', 'b waited']);
    expect(watch.ownShareMs()).toBe(7);
  });

  it('keep nothing from each other where one throws', () => {
    const told: string[] = [];
    const broken: TurnWatcher = {
      begin: () => ({
        ...silentExchange,
        mark: () => {
          throw new Error('broken');
        },
      }),
    };
    const watch = severalWatchers(() => [broken, noting(told, 'b')]).begin(start);
    watch.mark('normalised');
    expect(told).toEqual(['b normalised']);
  });
});

describe('a label with a limit', () => {
  it.each([
    ['codex_exec', 'codex_exec'],
    ['two words', 'two words'],
    ['', 'other'],
    [' edge', 'other'],
    ['new\nline', 'other'],
    ['naïve', 'other'],
    ['x'.repeat(61), 'other'],
  ])('says of %j %s', (value, shown) => {
    expect(new BoundedLabel(5).of(value)).toBe(shown);
  });

  it('lets the first values be themselves for good, and no more', () => {
    const label = new BoundedLabel(2);
    expect(['a', 'b', 'c', 'a', 'd'].map((value) => label.of(value))).toEqual(['a', 'b', 'other', 'a', 'other']);
  });
});
