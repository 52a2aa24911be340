import { describe, expect, it } from 'vitest';
import { makeRows, makeSnapshot } from './fixtures.ts';
import { usePageStand } from './page-stand.ts';

describe('a browser that keeps nothing', () => {
  const stand = usePageStand();

  it('shows the dashboard all the same, and keeps what was chosen as long as the page', async () => {
    const server = await stand.serve(makeSnapshot({ requests: makeRows(5, Date.now()) }));
    const { page, context } = await stand.showAlone('about:blank');
    await context.addInitScript(() => {
      const refuse = () => {
        throw new DOMException('The user has blocked it.', 'SecurityError');
      };
      for (const name of ['localStorage', 'sessionStorage', 'indexedDB'])
        Object.defineProperty(window, name, { get: refuse });
    });
    await page.goto(server.url());
    await page.getByText('Connected', { exact: true }).waitFor();
    await page.keyboard.press('?');
    const keys = page.getByRole('switch', { name: 'Keys may switch these' });
    await page.getByText('Keys may switch these').click();
    expect(await keys.isChecked()).toBe(false);
    await page.keyboard.press('Escape');
    await page.evaluate(() => location.assign('#/requests'));
    await page.getByRole('grid').waitFor();
    await page.keyboard.press('?');
    expect(await keys.isChecked()).toBe(false);
  });
});
