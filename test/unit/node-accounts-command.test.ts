import { describe, expect, it } from 'vitest';
import { usedText } from '../../src-main/node/commands/accounts.ts';

const window = (usedPercent: number, windowMinutes: number | null) => ({ usedPercent, windowMinutes, resetAt: null });
const usage = (primary: ReturnType<typeof window> | null, secondary: ReturnType<typeof window> | null) => ({
  primary,
  secondary,
  readAt: 0,
});
const credits = { hasCredits: true, unlimited: false, balance: '12.50' };

describe('what "npx slipstream accounts" says is used', () => {
  it.each([
    ['both usual windows', usage(window(34.4, 300), window(61, 10_080)), '34 % of 5 h, 61 % of 7 d'],
    ['a plan with one long window', usage(window(7, 43_200), null), '7 % of 30 d'],
    ['windows of odd lengths', usage(window(1, 90), window(2, null)), '1 % of 90 min, 2 % of its limit'],
    ['credits beside it', { ...usage(window(100, 300), null), credits }, '100 % of 5 h, credits 12.50'],
    ['credits alone', { ...usage(null, null), credits: { ...credits, unlimited: true } }, 'credits unlimited'],
    ['no credits', { ...usage(null, null), credits: { ...credits, hasCredits: false } }, '—'],
    ['nothing read', null, '—'],
  ])('%s', (_what, read, text) => {
    expect(usedText({ usage: read })).toBe(text);
  });
});
