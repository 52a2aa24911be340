import type { AccountCredits, UsageWindow } from '../../shared/account-model.ts';
import { headerValue, type RawHeaders } from '../headers.ts';
import { type JsonObject, numberMember, objectMember, textMember } from '../json.ts';
import { momentMs, spanMinutes, toldMoment, toldNumber, usedShare } from '../told-numbers.ts';
import type { AccountUsage } from './account.ts';

/** Of a plan's name and a balance, which are shown. */
const longestWord = 60;

/** A moment, under either of its names, or a number of seconds from now. */
function resetOf(moments: readonly unknown[], spans: readonly unknown[], nowMs: number): number | null {
  const inSeconds = spans.map(toldNumber).find((seconds) => seconds !== null && seconds > 0) ?? null;
  const told = moments.map(toldMoment).find((moment) => moment !== null) ?? null;
  return told ?? (inSeconds === null ? null : momentMs((nowMs + inSeconds * 1000) / 1000));
}

function windowOf(object: JsonObject | null, nowMs: number): UsageWindow | null {
  const usedPercent = toldNumber(object?.used_percent);
  if (usedPercent === null) return null;
  const seconds = toldNumber(object?.limit_window_seconds);
  return {
    usedPercent: usedShare(usedPercent),
    windowMinutes: spanMinutes(toldNumber(object?.window_minutes) ?? (seconds === null ? null : seconds / 60)),
    resetAt: resetOf(
      [object?.reset_at, object?.resets_at],
      [object?.reset_after_seconds, object?.resets_in_seconds],
      nowMs,
    ),
  };
}

/** Credits from a `credits` member, as an optional member of a reading. */
function creditsMember(body: JsonObject): { readonly credits?: AccountCredits } {
  const credits = objectMember(body, 'credits');
  if (credits === null) return {};
  const balance = textMember(credits, 'balance') ?? numberMember(credits, 'balance');
  return {
    credits: {
      hasCredits: credits.has_credits === true,
      unlimited: credits.unlimited === true,
      balance: balance === null ? null : String(balance).slice(0, longestWord),
    },
  };
}

/** The plan that an event or an answer names; null where it names none. */
export function planFrom(body: JsonObject): string | null {
  return textMember(body, 'plan_type')?.slice(0, longestWord) || null;
}

/** Usage from a `codex.rate_limits` event (PROTOCOL.md, Usage and limits); null for one of another metered limit. */
export function usageFromEvent(event: JsonObject, nowMs: number): AccountUsage | null {
  const limit = event.metered_limit_name;
  if (typeof limit === 'string' && limit !== 'codex') return null;
  const limits = objectMember(event, 'rate_limits');
  return limits === null
    ? null
    : {
        primary: windowOf(objectMember(limits, 'primary'), nowMs),
        secondary: windowOf(objectMember(limits, 'secondary'), nowMs),
        ...creditsMember(event),
        readAt: nowMs,
      };
}

/** Usage from `/wham/usage` (PROTOCOL.md, Usage and limits). */
export function usageFromEndpoint(body: JsonObject, nowMs: number): AccountUsage | null {
  const limits = objectMember(body, 'rate_limit');
  if (limits === null) return null;
  return {
    primary: windowOf(objectMember(limits, 'primary_window'), nowMs),
    secondary: windowOf(objectMember(limits, 'secondary_window'), nowMs),
    ...creditsMember(body),
    readAt: nowMs,
  };
}

function windowFromHeaders(headers: RawHeaders, which: 'primary' | 'secondary', nowMs: number): UsageWindow | null {
  const told = (name: string) => headerValue(headers, `x-codex-${which}-${name}`);
  const usedPercent = toldNumber(told('used-percent'));
  if (usedPercent === null) return null;
  return {
    usedPercent: usedShare(usedPercent),
    windowMinutes: spanMinutes(toldNumber(told('window-minutes'))),
    resetAt: resetOf([told('reset-at')], [told('reset-after-seconds')], nowMs),
  };
}

/** Flags are written `True` and `False` (PROTOCOL.md, Usage and limits). */
function creditsFromHeaders(headers: RawHeaders): { readonly credits?: AccountCredits } {
  const flag = (name: string) => headerValue(headers, `x-codex-credits-${name}`)?.toLowerCase();
  const hasCredits = flag('has-credits');
  if (hasCredits === undefined) return {};
  const balance = headerValue(headers, 'x-codex-credits-balance');
  return {
    credits: {
      hasCredits: hasCredits === 'true',
      unlimited: flag('unlimited') === 'true',
      balance: balance?.slice(0, longestWord) || null,
    },
  };
}

/** Usage from response headers; null where they carry none. */
export function usageFromHeaders(headers: RawHeaders, nowMs: number): AccountUsage | null {
  const primary = windowFromHeaders(headers, 'primary', nowMs);
  const secondary = windowFromHeaders(headers, 'secondary', nowMs);
  if (primary === null && secondary === null) return null;
  return { primary, secondary, ...creditsFromHeaders(headers), readAt: nowMs };
}
