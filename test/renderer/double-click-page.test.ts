import { describe, expect, it } from 'vitest';
import { makeAccounts, makeSnapshot } from './fixtures.ts';
import { usePageStand } from './page-stand.ts';

/** A double click where one click is meant, as people make them who learned it on a desktop. */
describe('a double click', () => {
  const stand = usePageStand();

  it('pauses, and does not resume by the button that comes to stand there', async () => {
    const server = await stand.serve(makeSnapshot());
    server.handlers['settings.set'] = (patch) => {
      server.push({ kind: 'settings', settings: patch });
      return { ...server.snapshot.settings, ...patch };
    };
    const { page } = await stand.show(server.url());
    const pause = page.getByRole('button', { name: 'Pause Slipstream: refuse new turns' });
    const box = await pause.boundingBox();
    if (box === null) throw new Error('There is no way to pause.');
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.click(x, y);
    const resume = page.getByRole('button', { name: 'Resume' });
    await resume.waitFor();
    await resume.hover();
    // The second half alone, as the browser counts it.
    await page.mouse.down({ clickCount: 2 });
    await page.mouse.up({ clickCount: 2 });
    await resume.press('Tab');
    expect(server.calls.filter(({ name }) => name === 'settings.set')).toEqual([
      { name: 'settings.set', input: { paused: true } },
    ]);
    // One that is meant counts.
    await resume.click();
    await pause.waitFor();
  });

  it('revokes no key that is only asked about', async () => {
    const server = await stand.serve(makeSnapshot({ accounts: makeAccounts(Date.now()) }));
    server.handlers['keys.list'] = () => [
      {
        id: 'k1',
        name: 'ci',
        createdAt: 0,
        expiresAt: null,
        models: null,
        tiers: null,
        requestsPerDay: null,
        tokensPerDay: null,
        usedToday: { requests: 0, tokens: 0 },
        lastUsedAt: null,
      },
    ];
    const { page } = await stand.show(server.urlOf('#/settings'));
    await page.getByRole('button', { name: 'Revoke' }).dblclick();
    await page.getByRole('button', { name: /Revoke it/ }).waitFor();
    expect(server.countCalls('keys.revoke')).toBe(0);
    await page.getByRole('button', { name: /Revoke it/ }).click();
    await expect.poll(() => server.countCalls('keys.revoke')).toBe(1);
  });
});
