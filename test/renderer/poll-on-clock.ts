import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** What is told of many turns is asked anew this often. */
const stepMs = 5_000;
/** A call that is not answered within 30 s on the page's clock is given up, and everything is asked anew. */
const mostSteps = 5;

/** Looks until it sees what is expected, on a page's clock that is moved on each time; after that it goes on by itself. */
export async function pollOnClock(page: Page, look: () => unknown, expected: unknown): Promise<void> {
  let steps = 0;
  await expect
    .poll(async () => {
      if (steps < mostSteps) await page.clock.fastForward(stepMs);
      steps += 1;
      return look();
    })
    .toBe(expected);
}
