/** One account's quota: the 5 hour and weekly windows, what a turn draws, and the three places upstream shows it. */
import type { JsonObject } from '../json.ts';
import { secondsUntil } from '../rules/refusal.ts';

export interface UsageWindow {
  usedPercent: number;
  readonly windowMinutes: number;
  /** Unix seconds. */
  resetAt: number;
}

export interface UsageSeed {
  readonly primaryPercent?: number;
  readonly secondaryPercent?: number;
  readonly credits?: { readonly hasCredits: boolean; readonly unlimited: boolean; readonly balance: string | null };
}

const PRIMARY_MINUTES = 300;
const SECONDARY_MINUTES = 10_080;
// Only `exhaust` makes an account run dry, so that a long run of turns cannot.
const MOST_PERCENT = 99;

const nowS = () => Math.floor(Date.now() / 1000);
const round = (percent: number) => Math.round(percent * 100) / 100;

export class AccountUsage {
  readonly primary: UsageWindow;
  readonly secondary: UsageWindow;
  readonly credits: JsonObject;
  #exhausted: 'turn' | 'upgrade' | undefined;

  constructor(seed: UsageSeed = {}) {
    const window = (usedPercent: number, windowMinutes: number): UsageWindow => ({
      usedPercent,
      windowMinutes,
      resetAt: nowS() + windowMinutes * 60,
    });
    this.primary = window(seed.primaryPercent ?? 0, PRIMARY_MINUTES);
    this.secondary = window(seed.secondaryPercent ?? 0, SECONDARY_MINUTES);
    const { hasCredits = false, unlimited = false, balance = null } = seed.credits ?? {};
    this.credits = { has_credits: hasCredits, unlimited, balance };
  }

  /** Where an exhausted account refuses, or undefined if it has something left (its reset time may have passed). */
  get exhausted(): 'turn' | 'upgrade' | undefined {
    if (this.#exhausted && secondsUntil(this.primary.resetAt) === 0) this.reset();
    return this.#exhausted;
  }

  /** Nothing left until `resetsAt` (unix s, default in an hour). */
  exhaust({ resetsAt = nowS() + 3600, at = 'turn' }: { resetsAt?: number; at?: 'turn' | 'upgrade' } = {}): void {
    this.primary.usedPercent = 100;
    this.primary.resetAt = resetsAt;
    this.#exhausted = at;
  }

  /** The window starts anew, also before its time. */
  reset(): void {
    this.primary.usedPercent = 0;
    this.primary.resetAt = nowS() + PRIMARY_MINUTES * 60;
    this.#exhausted = undefined;
  }

  /** What a finished turn costs: a little, more for more tokens, twice that for priority. */
  draw(tokens: number, tier: string | undefined): void {
    const percent = (0.05 + tokens / 20_000) * (tier === 'priority' ? 2 : 1);
    const add = (window: UsageWindow, amount: number) => {
      if (window.usedPercent < MOST_PERCENT) window.usedPercent = Math.min(MOST_PERCENT, window.usedPercent + amount);
    };
    add(this.primary, percent);
    add(this.secondary, percent / 8);
  }

  /** The `x-codex-*` response headers (PROTOCOL.md, Usage and limits). */
  headers(): Record<string, string> {
    const of = (name: string, window: UsageWindow) => ({
      [`x-codex-${name}-used-percent`]: String(round(window.usedPercent)),
      [`x-codex-${name}-window-minutes`]: String(window.windowMinutes),
      [`x-codex-${name}-reset-at`]: String(window.resetAt),
    });
    return {
      ...of('primary', this.primary),
      ...of('secondary', this.secondary),
      'x-codex-credits-has-credits': this.credits.has_credits === true ? 'True' : 'False',
      'x-codex-credits-unlimited': this.credits.unlimited === true ? 'True' : 'False',
      ...(typeof this.credits.balance === 'string' ? { 'x-codex-credits-balance': this.credits.balance } : {}),
    };
  }

  /** The `codex.rate_limits` websocket event (PROTOCOL.md, Usage and limits). */
  event(plan: string): string {
    const of = (window: UsageWindow) => ({
      used_percent: round(window.usedPercent),
      window_minutes: window.windowMinutes,
      reset_at: window.resetAt,
    });
    const limited = this.exhausted !== undefined;
    return JSON.stringify({
      type: 'codex.rate_limits',
      plan_type: plan,
      rate_limits: {
        allowed: !limited,
        limit_reached: limited,
        primary: of(this.primary),
        secondary: of(this.secondary),
      },
      credits: this.credits,
    });
  }

  /** The body of `/wham/usage` (PROTOCOL.md, Usage and limits); the official client reads whole per cents there. */
  report(plan: string): JsonObject {
    const of = (window: UsageWindow) => ({
      used_percent: Math.round(window.usedPercent),
      limit_window_seconds: window.windowMinutes * 60,
      reset_after_seconds: secondsUntil(window.resetAt),
      reset_at: window.resetAt,
    });
    const limited = this.exhausted !== undefined;
    return {
      plan_type: plan,
      rate_limit: {
        allowed: !limited,
        limit_reached: limited,
        primary_window: of(this.primary),
        secondary_window: of(this.secondary),
      },
      credits: this.credits,
      additional_rate_limits: [],
    };
  }
}
