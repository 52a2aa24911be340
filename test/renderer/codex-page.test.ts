import { describe, expect, it } from 'vitest';
import { SlipstreamError } from '../../src-main/shared/errors.ts';
import type { ProfileComparison, ProfilesView } from '../../src-main/shared/learned-profile.ts';
import { makeSnapshot } from './fixtures.ts';
import { usePageStand } from './page-stand.ts';

/** The shapes of the official client on the page, in a real browser. */

const news = 'Codex 0.172 sends 1 header that profile 0.171 lacks: x-codex-new';
const difference = 'new header x-codex-new (websocket and HTTP): always the same value';
const both = { ws: 'always', http: 'always' } as const;
const none = { ws: 'never', http: 'never' } as const;

const profiles: ProfilesView = {
  choice: 'built-in',
  used: { id: '0.171', version: '0.172.0' },
  builtIn: [{ id: '0.171', version: '0.171.0' }],
  learned: [{ version: '0.172.0', source: 'cli', learnedAt: 1_795_449_000_000, differences: 1, isUsed: false }],
  news: [{ version: '0.172.0', at: 1_795_449_000_000, text: news }],
  running: null,
};

const comparison: ProfileComparison = {
  version: '0.172.0',
  source: 'cli',
  learnedAt: 1_795_449_000_000,
  builtIn: '0.171',
  used: '0.171',
  isUsed: false,
  rows: [
    {
      part: 'header',
      name: 'x-codex-new',
      builtIn: none,
      learned: both,
      sent: none,
      value: 'same',
      difference: 'new',
      note: 'sent for other clients once this profile is used',
    },
    {
      part: 'header',
      name: 'version',
      builtIn: both,
      learned: both,
      sent: both,
      value: 'same',
      difference: null,
      note: null,
    },
  ],
  values: [],
  differences: [difference],
};

describe('the Codex screen', () => {
  const stand = usePageStand();

  it('tells the news of Codex, compares what was learned, and makes it the profile of other clients', async () => {
    const server = await stand.serve(makeSnapshot({ profiles }));
    server.handlers['profiles.compare'] = () => comparison;
    server.handlers['profiles.dismiss'] = () => ({ ...profiles, news: [] });
    server.handlers['profiles.learn'] = () => {
      throw new SlipstreamError('codex_missing');
    };
    const { page } = await stand.show(server.url());
    await page.getByText(news).waitFor();
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await page.getByText('Learned of Codex 0.172.0: 1 difference.').waitFor();
    await page.getByRole('link', { name: 'Compare the profiles' }).first().click();
    await page.getByRole('heading', { name: '1 difference' }).waitFor();
    await page.getByText(difference).waitFor();
    expect(
      await page
        .getByRole('row', { name: /x-codex-new/ })
        .getByRole('cell')
        .allTextContents(),
    ).toEqual(['—', 'both', 'same', '—']);
    await page.getByRole('button', { name: 'Use it' }).click();
    await expect.poll(() => server.inputsOf('settings.set')).toEqual([{ codexProfile: '0.172.0' }]);
    await expect.poll(() => server.inputsOf('profiles.dismiss')).toEqual([{ version: '0.172.0' }]);
    await page.getByRole('button', { name: 'Learn from the installed Codex' }).click();
    await page.getByText('No Codex CLI was found').waitFor();
  });

  it('waits for a run of the installed client as long as it takes', async () => {
    const server = await stand.serve(makeSnapshot({ profiles: { ...profiles, learned: [], news: [] } }));
    const { promise, resolve } = Promise.withResolvers<ProfileComparison>();
    server.handlers['profiles.compare'] = () => comparison;
    server.handlers['profiles.learn'] = () => promise;
    const { page } = await stand.showAlone(server.urlOf('#/codex'));
    await page.clock.install();
    await page.getByRole('button', { name: 'Learn from the installed Codex' }).click();
    await expect.poll(() => server.countCalls('profiles.learn')).toBe(1);
    await page.clock.fastForward(120_000);
    server.push({ kind: 'profiles', profiles });
    resolve(comparison);
    await page.getByRole('heading', { name: '1 difference' }).waitFor();
    expect(await page.getByText('did not answer').count()).toBe(0);
  });
});
