import { describe, expect, it } from 'vitest';
import type { CallName } from '../../src-main/shared/contract.ts';
import { SlipstreamError } from '../../src-main/shared/errors.ts';
import { choices, estimate, makeExperiment, passive } from './figure-fixtures.ts';
import { makeRow, makeSnapshot } from './fixtures.ts';
import { usePageStand } from './page-stand.ts';
import type { ScriptedServer } from './scripted-server.ts';

const undecided = makeExperiment({ result: { ...makeExperiment().result, verdict: 'undecided' } });

/** An address → the questions of that screen which nobody answers at first. */
const screens: readonly (readonly [string, readonly CallName[]])[] = [
  ['#/settings', ['keys.list', 'browsers.list']],
  ['#/usage', ['usage.sums', 'usage.windows']],
  ['#/sessions', ['sessions.query']],
  ['#/sessions/session-one', ['sessions.get']],
  ['#/latency', ['latency.query']],
  // The last one is asked where the first is answered.
  ['#/lab', ['lab.list', 'latency.passive', 'lab.continuation', 'lab.estimate']],
  ['#/requests', ['requests.storeState']],
  ['#/requests/r1', ['requests.detail', 'sessions.get']],
  ['#/overview', ['latency.query', 'requests.query', 'requests.storeState']],
];

describe('a question that is not answered', () => {
  const stand = usePageStand();

  function answer(server: ScriptedServer): void {
    server.handlers['lab.estimate'] = () => estimate;
    server.handlers['lab.list'] = () => [undecided];
    server.handlers['latency.passive'] = () => passive;
    server.handlers['requests.choices'] = () => choices;
    server.handlers['lab.continuation'] = () => ({ why: null, steps: [] });
  }

  it('says why at its place on every screen, and is asked again on a wish', async () => {
    const server = await stand.serve(makeSnapshot({ requests: [makeRow({ id: 'r1' })] }));
    answer(server);
    const answers = { ...server.handlers };
    const { page } = await stand.show(server.urlOf('#/accounts'));
    for (const [hash, names] of screens) {
      for (const name of names)
        server.handlers[name] = () => {
          throw new SlipstreamError('store_unwritable', { message: `The disk of ${name} is away.` });
        };
      await page.evaluate((to) => location.assign(to), hash);
      for (const name of names) {
        const whole = page.getByText(`The disk of ${name} is away.`);
        await whole.waitFor();
        // What is not known is no figure.
        if (name === 'latency.query')
          expect(
            await page
              .locator('main')
              .getByText(/^(0 turns|n = — )/)
              .count(),
            hash,
          ).toBe(0);
        const counted = server.countCalls(name);
        Object.assign(server.handlers, { [name]: answers[name] });
        await page
          .locator('p, div')
          .filter({ has: page.getByRole('button', { name: 'Try again' }) })
          .filter({ hasText: `The disk of ${name} is away.` })
          .last()
          .getByRole('button', { name: 'Try again' })
          .click();
        await expect.poll(() => server.countCalls(name)).toBeGreaterThan(counted);
        await expect.poll(() => whole.count()).toBe(0);
      }
    }
  });

  it('says so in the conversation, of what was asked and of what was answered, and reads each on a wish', async () => {
    const server = await stand.serve(makeSnapshot({ requests: [makeRow({ id: 'r1' })] }));
    const { page } = await stand.show(server.urlOf('#/requests/r1'));
    const names = ['requests.text', 'requests.payloads'] as const;
    for (const name of names)
      server.handlers[name] = () => {
        throw new SlipstreamError('store_unwritable', { message: `The disk of ${name} is away.` });
      };
    await page.getByRole('tab', { name: 'Conversation' }).click();
    for (const name of names) {
      const why = page.getByRole('alert').filter({ hasText: `The disk of ${name} is away.` });
      await why.waitFor();
      delete server.handlers[name];
      await why.getByRole('button', { name: 'Try again' }).click();
      await why.waitFor({ state: 'detached' });
      await expect.poll(() => server.countCalls(name)).toBeGreaterThan(1);
    }
  });

  it('says in the guide why it is not known whether there was a turn', async () => {
    const { settings } = makeSnapshot();
    const server = await stand.serve(makeSnapshot({ settings: { ...settings, guideDismissed: false } }));
    server.handlers['requests.storeState'] = () => {
      throw new SlipstreamError('store_unwritable', { message: 'The disk is away.' });
    };
    const { page } = await stand.show(server.urlOf('#/overview'));
    const step = page.getByRole('listitem').filter({ hasText: 'Connect a client' });
    await step.getByText('The disk is away.').waitFor();
    const { history } = server;
    server.handlers['requests.storeState'] = () => ({ ...history.state(), turns: 1, asOf: 0 });
    await step.getByRole('button', { name: 'Try again' }).click();
    await step.getByText('Done').waitFor();
  });
});
