import { describe, expect, it } from 'vitest';
import { Listeners } from '../../src-main/shared/listeners.ts';

function withLog() {
  const errors: unknown[] = [];
  return { errors, listeners: new Listeners<[news: string]>({ error: (_message, { error }) => errors.push(error) }) };
}

describe('listeners', () => {
  const fault = new Error('no');
  it.each([
    {
      name: 'throws',
      bad: () => {
        throw fault;
      },
    },
    { name: 'rejects', bad: () => Promise.reject(fault) },
  ])('tells the others of news where one $name, and logs that', async ({ bad }) => {
    const { errors, listeners } = withLog();
    const heard: string[] = [];
    listeners.add((news) => heard.push(`first ${news}`));
    listeners.add(bad);
    listeners.add((news) => heard.push(`last ${news}`));
    listeners.tell('news');
    expect(heard).toEqual(['first news', 'last news']);
    await Promise.resolve();
    expect(errors).toEqual([fault]);
  });

  it('tells nobody who has left, also while it tells', () => {
    const { listeners } = withLog();
    const heard: string[] = [];
    const leaves: (() => void)[] = [];
    listeners.add(() => {
      for (const leave of leaves) leave();
    });
    leaves.push(listeners.add((news) => heard.push(news)));
    listeners.tell('news');
    expect(heard).toEqual([]);
  });

  it('tells one who comes while it tells of the next news only', () => {
    const { listeners } = withLog();
    const heard: string[] = [];
    const leave = listeners.add(() => {
      listeners.add((news) => heard.push(news));
      leave();
    });
    listeners.tell('old');
    listeners.tell('new');
    expect(heard).toEqual(['new']);
  });
});
